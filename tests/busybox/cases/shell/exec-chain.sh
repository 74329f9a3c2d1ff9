# A program that replaces itself a hundred times.
cat > s <<'END'
n=$1
[ $n -eq 0 ] && { echo done $$; exit; }
exec sh ./s $((n-1))
END
sh ./s 100 > out & p=$!; wait $p
[ "$(cat out)" = "done $p" ] && echo same process
