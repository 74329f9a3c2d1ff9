# Named pipes connect two processes; opens block until both are there.
mkfifo p
(echo through the fifo > p) & cat p; wait
(cat p > out) & (printf 'a\nb\n' > p); wait; cat out
(cat < p > o2) & exec 3> p; echo 1 >&3; echo 2 >&3; exec 3>&-; wait; cat o2
stat -c %F p
