# A thousand signals from another process; at least one arrives, none kills.
n=0; trap 'n=$((n+1))' USR1
( i=0; while [ $i -lt 1000 ]; do kill -USR1 $$; i=$((i+1)); done; echo sent > done ) &
while ! [ -s done ]; do sleep 0.02; done; wait
[ $n -ge 1 ] && echo handled
