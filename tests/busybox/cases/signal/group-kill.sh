# kill of a negative pid reaches the whole group.
setsid sh -c 'sleep 50 & sleep 50 & echo $$ > pid; wait' &
while ! [ -s pid ]; do sleep 0.05; done; sleep 0.1
g=$(cat pid); kill -TERM -$g; wait; echo $?
sleep 0.1; kill -0 -$g 2>/dev/null; echo $?
