# Many small batches over many processes, nothing lost.
# limit: 60
seq 60 | xargs -n 5 -P 4 sh -c 'for i; do echo $i; done' x | sort -n | md5sum; seq 60 | md5sum
