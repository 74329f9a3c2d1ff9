# A trapped signal ends wait with 128+n, and the child lives on.
trap 'echo trapped' USR1
sleep 0.6 & p=$!
(sleep 0.2; kill -USR1 $$) &
wait $p; echo $?
wait $p; echo $?
