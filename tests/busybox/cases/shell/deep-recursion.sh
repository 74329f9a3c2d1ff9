# Subshells nested forty deep.
f() { if [ $1 -eq 0 ]; then echo bottom; else ( f $(($1-1)) ); fi; }
f 40
