# Twenty thousand lines in a scrambled order.
# limit: 60
seq 1 20000 | awk '{print ($1*7919)%20011}' > f; sort -n f | md5sum; sort f | md5sum; sort -nr f | head -n 3
