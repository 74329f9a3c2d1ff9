# EXIT traps run at exit, at a signal's exit, and may change the status.
sh -c 'trap "echo bye" EXIT; echo hi'; echo $?
sh -c 'trap "exit 9" EXIT; exit 2'; echo $?
sh -c 'trap "echo one" EXIT; trap "echo two" EXIT; trap'
sh -c 'trap "echo x" EXIT; trap - EXIT; echo none'
