# Twelve processes in one pipeline, each passes the bytes on.
seq 1 2000 | cat | cat | cat | cat | cat | cat | cat | cat | cat | cat | tail -n 3
