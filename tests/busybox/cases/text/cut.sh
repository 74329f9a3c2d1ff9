# Bytes, characters, fields, ranges, delimiters.
printf 'a:b:c:d\n1:2:3:4\nnodelim\n' > f
cut -d: -f2 f; cut -d: -f1,3- f; cut -d: -f-2 -s f; cut -c2-4 f; cut -b1,3 f; echo 'a b c' | cut -d' ' -f3
