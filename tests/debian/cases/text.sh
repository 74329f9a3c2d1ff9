# limit: 60
# Findutils, grep, sed, awk, diffutils, sort and friends together.
seq 20000 > n
grep -c '7$' n; grep -E '^(1|2)0+$' n; sed -n '5~5000p' n; awk '{ s += $1 } END { print s }' n
sort -rn n | head -3; sort -R n | sort -n | cmp - n && echo same; split -l 3000 n part.; ls part.* | wc -l
cat part.* | md5sum; diff <(head -5 n) <(tail -n +2 n | head -5); comm -12 <(seq 10 | sort) <(seq 5 15 | sort) | paste -sd,
find . -name 'part.*' -size +10k -printf '%f %s\n' | sort; find . -type f -print0 | xargs -0 -n 3 -P 4 wc -l | grep -c total
dd if=/dev/zero bs=64k count=64 2>/dev/null | sha256sum; od -An -tx1 -N8 /dev/zero; tee a b < n | wc -c; cmp a b && echo same
timeout 1 sleep 5; echo $?; nohup true 2>/dev/null; stat -c '%F %a %s' n /dev/null; realpath --relative-to=/usr /bin/sh
