# Lines, words, bytes, longest line, several files.
printf 'one two\nthree\n' > f; seq 100 > g; : > e
wc f g e; wc -l f; wc -w < f; wc -c f; wc -L f; printf 'no newline' | wc; echo "ü" | wc -m -c
