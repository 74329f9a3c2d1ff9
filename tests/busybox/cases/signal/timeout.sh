# timeout ends a command by TERM or another signal, and passes the status on.
timeout 1 sleep 50; echo $?
timeout 5 sh -c 'exit 7'; echo $?
timeout -s KILL 1 sleep 50; echo $?
timeout -k 1 1 sh -c 'trap "" TERM; sleep 50; sleep 50'; echo $?
timeout 5 nosuchprogram; echo $?
