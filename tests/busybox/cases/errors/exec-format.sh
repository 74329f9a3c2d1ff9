# What cannot be executed, and what the shell then does. Programs with broken
# headers are tests/sys/exec_errors.c.
echo 'echo as script $1' > s; chmod +x s; ./s arg; env ./s arg
printf '\177ELF' > e; chmod +x e; ./e > /dev/null 2>&1; echo $?
: > empty; chmod +x empty; ./empty; echo $?; env ./empty; echo $?; env ./; echo $?; env /dev/null; echo $?
