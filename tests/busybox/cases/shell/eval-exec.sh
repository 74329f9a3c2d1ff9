# eval builds commands, exec replaces the shell.
a='echo hi'; eval "$a there"; v=name; eval "$v=5"; echo $name
(exec echo replaced; echo never)
(exec /nonexistent; echo never); echo $?
exec 3>out; echo x >&3; exec 3>&-; cat out
sh -c 'exec sh -c "echo \$0 \$1" zero one'
