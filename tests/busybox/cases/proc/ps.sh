# Columns of ps; our own process and its child are in it.
sleep 47 & p=$!; sleep 0.1
ps | head -n 1 | awk '{print $1, $2, $NF}'; ps | awk -v p=$p '$1==p {print $NF}' ; ps -o pid,comm | awk -v p=$$ '$1==p {print $2}'; ps -o pid,ppid,args | awk -v p=$p -v q=$$ '$1==p && $2==q {print $3,$4}'
ps -o pid,ppid,pgid,sid,stat,user,nice,tty,vsz,rss,comm,args | head -n 1 | sed 's/  */ /g'; ps -o pid,pgid,sid,nice,tty | awk -v p=$$ '$1==p {print ($2==p), ($3==p), $4, $5}'; ps -o stat,pid | awk -v p=$p '$2==p {print $1}'; ps -o user,pid | awk -v p=$p '$2==p {print $1}'; ps -o pid,vsz,rss | awk -v p=$p '$1==p {print ($2+0>500), ($3+0>=4)}'; ps -o bogus; echo $?
kill $p
