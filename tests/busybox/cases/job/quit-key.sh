# Ctrl-backslash sends QUIT.
onpty -q '@go' '\x1c' -- sh -c 'trap "echo quit > out; exit 4" QUIT; echo go; while :; do sleep 0.05; done'; echo $?; cat out
