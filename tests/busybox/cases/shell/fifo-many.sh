# Openers of a FIFO that come and go at once always find each other.
mkfifo p; i=0
while [ $i -lt 300 ]; do (echo $i > p) & read x < p; [ "$x" = $i ] || echo lost $i; wait; i=$((i+1)); done; echo $i
i=0; while [ $i -lt 100 ]; do (cat p > out) & (printf '%s\n' $i > p); wait; [ "$(cat out)" = $i ] || echo lost $i; i=$((i+1)); done; echo $i
