# Argument lists: large ones arrive whole, larger ones are refused.
# limit: 60
c=$(head -c 100000 /dev/zero | tr '\0' x)
/bin/echo $c | wc -c
env /bin/echo "$c$c" > /dev/null; echo $?
/bin/sh -c 'echo $#' x $(seq 20000)
/bin/echo $c $c $c $c $c $c $c $c $c $c | wc -c
(ulimit -s 1024; /bin/echo $c $c $c > /dev/null; echo $?) 2>&1 | sed 's/.*: //'
/bin/echo $c $c $c $c $c $c $c $c $c $c $c $c $c $c $c $c $c $c $c $c $c $c $c $c $c; echo $?
