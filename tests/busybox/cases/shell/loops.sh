# for, while, until, break and continue with levels, loops in pipelines.
for i in 1 2 3; do for j in a b c; do [ $j = b ] && continue 2; [ $i = 3 ] && break 2; echo $i$j; done; done
i=0; while :; do i=$((i+1)); [ $i -gt 3 ] && break; echo $i; done
until [ $i -eq 0 ]; do i=$((i-1)); done; echo $i
printf 'a b\nc d\n' | while read x y; do echo "$y-$x"; done
for w; do echo never; done
set -- p q; for w; do echo $w; done
for f in nothing*; do echo "$f"; done
