# A running program cannot be written.
cp /bin/busybox sleep; ./sleep 20 & p=$!; sleep 0.2; echo x > sleep; echo $?; rm sleep; echo $?; kill $p; cp /bin/busybox cat2; exec 3>> cat2; ./cat2 /dev/null; echo $?; exec 3>&-
