# KILL ends a stopped process, TERM waits for CONT.
sleep 50 & p=$!; kill -STOP $p; sleep 0.1; kill -KILL $p; wait $p 2> /dev/null; echo $?
sleep 50 & p=$!; kill -STOP $p; sleep 0.1; kill -TERM $p; sleep 0.1
kill -0 $p && echo still there; kill -CONT $p; wait $p 2> /dev/null; echo $?
