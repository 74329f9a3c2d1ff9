# Two hundred programs started one after the other.
# limit: 60
i=0; n=0; while [ $i -lt 200 ]; do /bin/expr $i % 7 > v; read v < v; n=$((n+v)); i=$((i+1)); done; echo $n
