# Printable runs and their offsets.
printf 'ab\000longer text\001\002xyz\000four\n' > f; strings f; strings -n 3 f; strings -t d f; strings -o f; strings -f f
