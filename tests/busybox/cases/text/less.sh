# less pages a file on a terminal: forward, search, end.
seq 200 | sed 's/^/line /' > f
onpty -q -g 10x40 '@line 9' ' ' '@line 18' '/line 150\r' '@line 150' 'G' '@line 200' 'g' '@line 5' 'q' -- less f; echo $?
less f | md5sum; md5sum < f
