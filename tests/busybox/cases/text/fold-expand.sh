# Folding, tabs to blanks and back.
echo 'the quick brown fox jumps over it' > f; fold -w 10 f; fold -s -w 10 f
printf 'a\tb\n\tc\n' | expand; printf 'a\tb\n' | expand -t 4; printf '        x       y\n' | unexpand | cat -t; printf '    z\n' | unexpand -t 4 | cat -t
