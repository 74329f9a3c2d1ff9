# A log made, rotated, compressed and analysed.
# limit: 60
seq 1 3000 | awk '{printf "10.0.%d.%d GET /page%d %d\n", $1%3, $1%7, $1%11, ($1%13==0)?500:200}' > log; cut -d' ' -f1 log | sort | uniq -c | sort -k1,1nr -k2 | head -n 3; awk '$4==500 {e++} END {print e}' log; gzip -c log > log.1.gz; zcat log.1.gz | grep -c page7; sed -n 's/.*page\([0-9]*\) 500$/\1/p' log | sort -n | uniq -c | head -n 2
