# Fields of /proc/PID/stat.
awk '{print NF, $2, $3, ($1>0), ($20>=1), ($23>100000), ($24>0)}' /proc/self/stat; sh -c 'read a b c d e < /proc/self/stat; [ $a = $$ ] && echo pid; [ $d = $PPID ] && echo parent'; awk '{print NF}' /proc/self/statm; cp /bin/busybox 'od d)'; ln 'od d)' sleep; ./sleep 20 & sleep 0.1; sed 's/^[0-9]* \(([^ ]*)\) .*/\1/' /proc/$!/stat; kill $!
