# export, env -i, env -u, assignment before a command.
A=1 B=2; export B
sh -c 'echo "${A-unset} ${B-unset}"'
A=5 sh -c 'echo $A'; echo $A
env -i PATH=$PATH sh -c 'echo "[$HOME]"'
env -u B sh -c 'echo "${B-unset}"'
env C=3 D=4 sh -c 'echo $C $D'
env -i X=1 Y=2 env
readonly R=1; (R=2; echo never); echo $?
export -p | grep ' B='
