# $$, $PPID and nested shells.
[ $$ -gt 1 ] && echo positive
sh -c '[ $PPID -eq $1 ] && echo parent' x $$
(sh -c 'echo $PPID' > p; [ "$(cat p)" != $$ ] && echo subshell differs)
echo $$ > a; (echo $$ > b); cmp a b && echo same
