# Limits are set, shown, inherited and obeyed.
ulimit -n 20; ulimit -n; sh -c 'ulimit -n'
(ulimit -f 1; head -c 2000 /dev/zero > big; echo $?) 2>/dev/null; wc -c < big
(ulimit -n 4; cat < /dev/null 5< /dev/null) 2>/dev/null; echo $?
ulimit -c 0; ulimit -c; ulimit -Hn > /dev/null; echo $?
