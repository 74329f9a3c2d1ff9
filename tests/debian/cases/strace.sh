# limit: 60
# Calls are seen with names and arguments; of children too; and injected failures arrive.
strace -e trace=openat,write -o log echo hello; grep -c write log; sed -n '/write/p' log
strace -f -e trace=%process -o log sh -c 'true & wait; exit 3'; echo "status $?"; grep -o 'exit_group([0-9]*' log | sort
( strace -e trace=none -e signal=all -o log sh -c 'kill -USR1 $$'; exit $? ) 2>/dev/null; echo "status $?"; grep -o 'SIGUSR1 {[^,]*' log
strace -e inject=unlink,unlinkat:error=EBUSY -o log rm -f /tmp/nothing-of-this-name; echo "status $?"
strace -c -o log true; grep -c execve log
sleep 3 & strace -q -o log -p $! & sleep 1; kill %1; wait %2; grep -c -e SIGTERM log
