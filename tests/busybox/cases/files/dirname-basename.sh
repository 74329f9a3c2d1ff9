# Splitting names.
for p in /usr/lib/x.so file dir/ / // a/b/ ./x ''; do echo "[$p] $(dirname -- "$p") $(basename -- "$p")"; done; basename /a/b.c .c; basename b.c b.c
