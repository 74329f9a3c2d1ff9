# cat: files, standard input in the middle, -n -b -e -t -v, missing file.
printf 'a\n\nb\tc\n' > f; echo two > g
echo in | cat f - g; cat -n f g; cat -b f; cat -e f; cat -t f; printf '\001\200\377\n' | cat -v
cat f missing g; echo $?
