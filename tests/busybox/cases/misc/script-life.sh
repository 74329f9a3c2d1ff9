# A small program in the shell: a sieve.
# limit: 60
n=200; i=2; while [ $i -le $n ]; do eval "p=\${c$i:-}"; if [ -z "$p" ]; then echo -n "$i "; j=$((i*i)); while [ $j -le $n ]; do eval "c$j=1"; j=$((j+i)); done; fi; i=$((i+1)); done; echo
