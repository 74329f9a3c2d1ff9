# Which kind of thing a name is, and command -v.
f() { :; }; alias al=true
type f al if cd echo; type nosuch; echo $?
command -v cd; command -v nosuch; echo $?
command -v if; which ls sh; which nosuch; echo $?
