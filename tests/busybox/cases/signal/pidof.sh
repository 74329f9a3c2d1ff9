# pidof finds by name.
mkdir bin; cp /bin/busybox bin/sleep; bin/sleep 51 & p=$!
sleep 0.2; for x in $(pidof sleep); do [ $x = $p ] && echo found; done
pidof nosuchname; echo $?; kill $p
