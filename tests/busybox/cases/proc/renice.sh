# Priorities set, inherited, shown, refused.
prio() { awk '{print $18, $19}' /proc/$1/stat; }
prio self; sleep 40 & p=$!; renice -n 7 -p $p; prio $p; renice -n -3 -p $p; prio $p; renice -n 40 -p $p; prio $p; kill $p
renice -n 5 -p $$; prio $$; prio self; ps -o nice,pid | awk -v p=$$ '$2==p {print $1}'; su alice -c 'renice -n -5 -p $$; echo $?' 2>&1 | sed 's/renice: [0-9]*/renice: PID/'; su alice -c "renice -n 5 -p 1; echo \$?"
