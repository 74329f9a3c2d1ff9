# Job control on a terminal: jobs, stop, continue, foreground.
onpty -q -- sh -c '
exec > out 2>&1
set -m
sleep 50 & p=$!
jobs | sed "s/ *sleep 50/ sleep/"
kill -STOP %1; sleep 0.2; jobs | sed "s/ *sleep 50/ sleep/"
bg %1 > /dev/null; sleep 0.1; jobs | sed "s/ *sleep 50/ sleep/"
kill %1; wait %1 2> /dev/null; echo $?'
cat out
