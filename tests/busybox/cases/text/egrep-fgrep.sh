# Extended expressions and fixed strings.
printf 'ab\nabab\nac\na.c\na+b\n' > f
egrep '^(ab)+$' f; egrep 'a(b|c)$' f; egrep 'ab{2}' f; fgrep a.c f; fgrep 'a+b' f; grep -E 'a|b' -c f; grep -F -x ab f
grep '\(a\)b\1' f; egrep '[[:punct:]]' f
