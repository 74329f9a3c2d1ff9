# limit: 120
# tar with every compressor, there and back.
mkdir tree; for i in $(seq 50); do seq $i 2000 > tree/f$i; done; ln -s f1 tree/link; mkfifo tree/fifo
for kind in gzip xz bzip2; do
	tar -c --$kind -f a.tar.$kind --sort=name tree && mkdir out && tar -x -f a.tar.$kind -C out &&
		diff -r --no-dereference -x fifo tree out/tree && ls -l out/tree | wc -l && test -p out/tree/fifo && echo $kind same
	rm -rf out
done
tar -tvf a.tar.gzip | awk '{ print $1, $2, $NF }' | sort | head -5
