# limit: 60
# gzip and xz: levels, streams joined, damage found, lists.
seq 20000 > n
for tool in gzip xz; do
	for level in 1 9; do $tool -$level -c n | $tool -dc | cmp - n && echo $tool $level same; done
	($tool -c n; $tool -c n) | $tool -dc | wc -l
	$tool -k n && $tool -t n.* && echo tested
	head -c 1000 n.?z > cut; $tool -dc < cut 2>/dev/null | cmp -s - n; echo "cut: $?"
	$tool -dc < n > /dev/null 2>&1; echo "plain: $?"
	$tool -k n 2>/dev/null < /dev/null; echo "there: $?"
	rm -f n.?z
done
xz -T 2 --block-size=20k -c n > n.xz; xz --robot --list n.xz | cut -f1-3 | head -3
zcat < /dev/null; echo "empty: $?"
