# Numbering styles.
printf 'a\n\nb\n' > f; nl f; nl -b a f; nl -b n f; nl -w 3 -s ': ' -v 10 -i 5 f
