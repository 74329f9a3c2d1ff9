# mkdir as a lock: a counter incremented by four processes.
# limit: 60
echo 0 > n; for w in 1 2 3 4; do (i=0; while [ $i -lt 25 ]; do while ! mkdir lock 2>/dev/null; do :; done; read v < n; echo $((v+1)) > n; rmdir lock; i=$((i+1)); done) & done; wait; cat n
