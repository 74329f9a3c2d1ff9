# Numbers of free add up.
free | awk 'NR==1 {print $1,$2,$3} /^Mem/ {print ($2>0), ($3>0), ($4>0), ($3+$4<=$2), NF} /^Swap/ {print $2,$3,$4}'; free -m | awk '/^Mem/ {print ($2>100 && $2<600)}'; free -b | awk '/^Mem/ {print ($2>100000000)}'; free -h | wc -l
