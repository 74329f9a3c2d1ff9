# Applies, reverses, reports rejects.
seq 10 > a; sed 's/5/five/' a > b; diff -u a b > p; cp a c
patch c < p; cmp b c && echo same; patch -R c < p; cmp a c && echo back
seq 20 30 > c; patch c < p > out 2>&1; echo $?
mkdir d; seq 10 > d/a; (cd d; sed 's:^+++ b:+++ a:' ../p | patch -p0) ; diff d/a b && echo applied
