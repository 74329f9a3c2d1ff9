# A process whose parent dies is adopted by process 1.
sh -c 'sleep 3 & echo $! > pid'; p=$(cat pid); awk '/^PPid/ {print $2}' /proc/$p/status; kill $p
