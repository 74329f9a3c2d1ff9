# STOP halts a process, CONT lets it go on; its state shows in /proc.
(while :; do echo x; sleep 0.02; done > log) & p=$!
sleep 0.2; kill -STOP $p; sleep 0.1; a=$(wc -c < log); sleep 0.3; b=$(wc -c < log)
[ $a = $b ] && echo halted
sed -n 's/^State:\t\(.\).*/\1/p' /proc/$p/status
kill -CONT $p; sleep 0.3; c=$(wc -c < log); [ $c -gt $b ] && echo went on
kill $p; wait $p 2> /dev/null; echo $?
