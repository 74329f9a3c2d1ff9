# fg waits for the job and gives its status.
onpty -q -- sh -c 'exec > out 2>&1; set -m; (sleep 0.3; exit 6) & fg %1 > /dev/null; echo $?'
cat out
