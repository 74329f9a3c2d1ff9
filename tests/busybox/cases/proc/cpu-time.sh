# Processor time of a busy process is charged to it and its reaper.
# limit: 60
(i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done) & p=$!; wait $p; awk '{print ($16+$17>0)}' /proc/$$/stat; times > t; awk 'NR==2 {print ($1!="0m0.00s" && $1!="0m0.000s")}' t
