# Aliases: defined, expanded on the next line, removed.
alias ll='echo listing'
ll here
alias
unalias ll
ll 2>/dev/null; echo $?
