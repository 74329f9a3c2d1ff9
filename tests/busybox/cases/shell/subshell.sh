# Subshells have variables, directory, options and traps of their own.
x=1
(x=2; cd /; echo $x $PWD; exit 7); echo "$? $x"
pwd | sed 's:.*/::'
trap 'echo outer' EXIT
(echo in subshell)
(trap 'echo inner' EXIT)
