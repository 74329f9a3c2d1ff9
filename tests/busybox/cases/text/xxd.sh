# Dump, plain, back again.
printf 'binary\000\377data here' > f; xxd f; xxd -p f; xxd -p f | xxd -r -p | cmp - f && echo same; xxd f | xxd -r | cmp - f && echo same; xxd -l 4 -s 2 f
