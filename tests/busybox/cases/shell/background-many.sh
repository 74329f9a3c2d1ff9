# Fifty children at once, all waited for.
i=0; while [ $i -lt 50 ]; do (echo $i >> log) & i=$((i+1)); done
wait; sort -n log | md5sum; wc -l < log
