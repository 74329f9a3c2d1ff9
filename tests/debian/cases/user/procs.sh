# limit: 300
# full
# Who runs, who holds what: procps, htop, psmisc, lsof, and signals by name.
sleep 300 & s=$!; exec 7> held; cp /bin/sleep napper; ./napper 301 & n=$!; sleep 0.5
ps -o stat=,comm=,args= -p $s,$n; ps -eo pid,ppid,pgid,sess,tty,ni,pri,rss,vsz,stat,wchan:10,etime,comm | head -1
ps -e -o comm= | grep -c -e '^sleep$' -e '^napper$'; ps -L -p $s -o lwp= | wc -l; ps axjf | head -1
ps --ppid $$ -o comm= | sort | uniq -c | awk '{ print $2 }'
pgrep -f 'napper 30.' | wc -l; pgrep -c -P $$ sleep; pidof napper | wc -w; pstree -A $$ | grep -c -e sleep -e napper
top -b -n 1 -p $s | sed -n '/PID/,$p' | awk '{ print $NF }'; top -b -n 2 -d 0.2 | grep -c '^Tasks:'
free -b | awk 'NR == 1 { print $1, $2, $3 } NR == 2 { print ($2 > 0), ($3 > 0), ($4 > 0) } NR == 3 { print $2 }'
vmstat | head -2; vmstat 1 2 | tail -1 | wc -w; vmstat -s | grep -c .; vmstat -f | awk '{ print $2, ($1 > 0) }'
uptime | grep -c 'load average'; w -h | wc -l; pmap -x $s | grep -c -e stack -e vdso; pmap $s | tail -1 | grep -c total
pwdx $s | sed "s/^$s/PID/"; sysctl -n kernel.ostype vm.overcommit_memory fs.pipe-max-size
lsof -a -p $$ -d 7 -F ftan | grep -v ^p; lsof -p $s -Fn 2>/dev/null | grep -c libc; fuser held > holders 2>/dev/null; wc -w < holders; { fuser -k -TERM napper > /dev/null; wait $n; } 2> /dev/null; echo "status $?"
snice +1 $s > /dev/null; ps -o ni= -p $s | tr -d ' '
chrt -f -p 10 $s; chrt -p $s | sed 's/.*: //'; taskset -p 1 $s | sed 's/.*: //' | tail -1; prlimit --pid $s --nofile=50:60; prlimit --pid $s --nofile -o SOFT,HARD --noheadings
{ kill -TERM $s; wait $s; } 2> /dev/null; echo "status $?"; pkill not-there; echo "status $?"
cat held & killall -q nothing; timeout -s INT 0.3 sleep 5; echo "status $?"; wait
TERM=linux onpty -q -g 24x80 '@Tasks' q -- htop -d 5; echo "htop $?"
TERM=linux onpty -q -g 24x80 '@load average' q -- top; echo "top $?"
(watch -g -n 0.3 -t "cat /proc/uptime" > /dev/null < /dev/null; echo "watch $?") 2> /dev/null
