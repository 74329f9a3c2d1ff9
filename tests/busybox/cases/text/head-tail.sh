# Counts, bytes, from the start, several files.
seq 20 > f; seq 3 > g
head -n 3 f; tail -n 2 f; head -c 5 f; tail -c 5 f; tail -n +18 f; head -n -17 f; head f g -n 1; tail -n 1 f g
tail -n 3 < f; seq 10 | tail -2; head -q -n1 f g
