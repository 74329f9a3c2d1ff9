# Position of the first difference, lists, sizes, skips.
printf 'abcdef' > a; printf 'abXdeY' > b; printf 'abc' > c
cmp a b; echo $?; cmp -l a b; cmp -s a b; echo $?; cmp a c; echo $?; cmp a a; echo $?; cmp -n 2 a b; echo $?; printf abcdef | cmp a -; cmp a missing; echo $?
