# A background job that reads from the terminal is stopped by TTIN.
onpty -q -- sh -c '
exec > out 2>&1; set -m
cat & p=$!; sleep 0.3; sed -n "s/^State:.\(.\).*/\1/p" /proc/$p/status
jobs | sed "s/  *cat/ cat/"; kill -KILL $p'
cat out
