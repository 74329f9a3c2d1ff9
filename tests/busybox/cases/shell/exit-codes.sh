# 126 and 127, exits of shells, range of status.
nosuchcommand; echo $?
./missing; echo $?
touch noexec; ./noexec; echo $?
mkdir dir; ./dir; echo $?
sh -c 'exit 300'; echo $?
sh -c 'exit'; echo $?
sh -c 'kill -9 $$'; echo $?
sh -c 'kill -TERM $$'; echo $?
(exit 77); echo $?
sh /nonexistent.sh; echo $?
