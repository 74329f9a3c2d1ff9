# Lines side by side, serial, delimiters.
seq 3 > a; printf 'x\ny\n' > b; paste a b; paste -d, a b; paste -s a; paste -s -d+ a; seq 6 | paste - - -
