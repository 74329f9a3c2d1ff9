# killall finds processes by name; start them under a name of their own.
cp /bin/busybox ./sleep; ./sleep 50 & a=$!; ./sleep 50 & b=$!
sleep 0.2; killall sleep; echo $?; wait $a 2> /dev/null; echo $?; wait $b 2> /dev/null; echo $?
killall nosuchname; echo $?
killall -l | head -n 3 | tr '\n' ' '
