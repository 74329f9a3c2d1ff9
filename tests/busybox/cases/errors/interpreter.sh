# #! lines: arguments, missing, relative, nested, recursive, long, with blanks.
cat > a <<'END'
#!/bin/echo  one two
END
chmod +x a; ./a x y; printf '#!/nonexistent\n' > b; chmod +x b; ./b; echo $?; env ./b; echo $?; printf '#!./a\n' > c; chmod +x c; ./c z; printf '#!/bin/sh\necho $0 $1\n' > d; chmod +x d; ./d arg; printf '#!%s/r\n' $PWD > r; chmod +x r; env ./r; echo $?; i=0; printf '#!/bin/echo n0\n' > n0; chmod +x n0; while [ $i -lt 7 ]; do printf '#!%s/n%d\n' $PWD $i > n$((i+1)); chmod +x n$((i+1)); i=$((i+1)); done; for k in 1 3 4 5 6; do env ./n$k 2>&1 | sed "s:$PWD:BASE:g"; done; printf '#! /bin/sh -e\nfalse\necho never\n' > s; chmod +x s; ./s; echo $?; printf '#!/bin/sh' > t; chmod +x t; ./t; echo $?; printf '#!/bin/echo %s\n' $(printf 'x%.0s' $(seq 300)) > l; chmod +x l; env ./l | wc -c; printf '#!\n' > m; chmod +x m; env ./m; echo $?; printf '#!/tmp\n' > q; chmod +x q; env ./q; echo $?; chmod 644 d; env ./d; echo $?
