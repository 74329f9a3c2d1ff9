# less pages a file on a terminal: forward, search, end. A key is typed when the screen has come to rest.
seq 200 | sed 's/^/line /' > f
onpty -q -g 10x40 '@line 9' '=200' ' ' '@line 18' '=200' '/line 150\r' '=400' 'G' '@line 200' '=200' 'g' '@line 5' '=200' 'q' -- less f; echo $?
less f | md5sum; md5sum < f
