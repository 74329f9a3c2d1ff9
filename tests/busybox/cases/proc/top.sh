# One round of top in batch mode: its head and a line for itself.
top -b -n 1 > out; sed -n '1s/[0-9]\+[KMG]*/N/gp' out | awk '{print $1}'; grep -c '^CPU:' out; grep -c '^Load average:' out; grep -o 'PID *PPID *USER *STAT *VSZ *%VSZ.*COMMAND' out | sed 's/  */ /g'; awk '/top -b -n 1/ {n++} END {print (n>=1)}' out; top -b -n 2 -d 1 | grep -c '^Mem:'
