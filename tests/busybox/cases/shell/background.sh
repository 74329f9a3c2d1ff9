# Background jobs, $!, wait for one, for all, statuses.
(exit 3) & p=$!; wait $p; echo $?
(sleep 0.2; exit 4) & a=$!; (exit 5) & b=$!
wait $a; echo $?; wait $b; echo $?
for i in 1 2 3 4 5; do (sleep 0.1; echo $i > f$i) & done; wait; echo $?; cat f?
wait 99999; echo $?
true & wait $!; echo $?
