# Unified, brief, recursive, new files, ignoring blanks, status.
seq 10 > a; sed 's/5/five/; 8d; 2a new' a > b
diff a b | sed 's/\t.*//'; diff -u a b | sed '1,2s/\t.*//'; diff -q a b; echo $?; diff a a; echo $?; diff a missing; echo $?
mkdir x y; cp a x/f; cp b y/f; echo only > x/o; diff -rq x y; diff -rN x y > /dev/null; echo $?; printf 'a  b\n' > p; printf 'a b\n' > q; diff -b p q; echo $?; diff -w p q; diff -i p q > /dev/null; echo $?
