# With tostop a background job that writes to the terminal is stopped by TTOU.
onpty -q -- sh -c '
exec 2> err; set -m; stty tostop
sh -c "echo hello > /dev/tty" & p=$!; sleep 0.3; sed -n "s/^State:.\(.\).*/\1/p" /proc/$p/status > out
fg > /dev/null; echo $? >> out'
cat out
