# A permutation: nothing lost, nothing added; -n, -i, -e.
seq 100 | shuf | sort -n | md5sum; seq 100 | md5sum; shuf -i 1-10 -n 10 | sort -n | tr '\n' ' '; shuf -n 2 -e a b c | wc -l
