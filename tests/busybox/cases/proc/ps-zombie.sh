# A child that nobody waited for is a zombie until its parent does.
sh -c 'sleep 0.1 & exec sleep 1' & p=$!; sleep 0.5; z=$(ps -o pid,ppid,stat | awk -v p=$p '$2==p {print $3}'); echo ${z%%[!Z]*}; wait; ps -o ppid | grep -c "^ *$p\$"; true
