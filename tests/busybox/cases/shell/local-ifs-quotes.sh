# Quoting rules.
a='two  words'; echo $a "$a" '$a' \$a "it's" 'say "x"' "a\"b" "b\\c" "\$x" "`echo q`"
echo a\
b "c\
d"
printf '[%s]' "$@" ; echo; set -- "" x; printf '[%s]' "$@"; echo; printf '[%s]' $@; echo
echo $'tab\tdone' ; echo "${a}s" "a"'b'"c"
