# Three hundred forks one after the other.
# limit: 60
i=0; n=0; while [ $i -lt 300 ]; do ( exit $((i%7)) ); n=$((n+$?)); i=$((i+1)); done; echo $n
