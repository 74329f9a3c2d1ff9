# With monitor mode each job is a process group of its own; without, none is.
onpty -q -- sh -c '
group() { sed "s/.*) . [0-9]* \([0-9]*\) .*/\1/" /proc/$1/stat; }
set -m; sleep 50 & p=$!; [ "$(group $p)" = $p ] && echo own > out
set +m; sleep 50 & q=$!; [ "$(group $q)" = "$(group $$)" ] && echo shared >> out
kill $p $q'
cat out
