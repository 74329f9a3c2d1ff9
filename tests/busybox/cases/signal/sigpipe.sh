# A write to a pipe without readers: signal, or EPIPE when it is ignored.
(sh -c 'sleep 0.2; echo data; echo never >&2'; echo $? > st) | true; cat st
(sleep 0.2; /bin/cat /etc/passwd; echo $? > st) | true; cat st
(trap '' PIPE; (sleep 0.2; cat /etc/passwd) 2> err; echo "status $?" > st) | true; cat st err
(trap '' PIPE; sleep 0.2; echo data; echo "status $?" > st) 2> err | true; cat st err
set -o pipefail; yes | head -n 1; echo $?
