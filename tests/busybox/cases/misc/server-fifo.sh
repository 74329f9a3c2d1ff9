# A server process answers requests from clients over two fifos.
mkfifo req; (while read who n; do [ $who = stop ] && break; echo $((n*2)) > rep.$who; done < req) & exec 3> req; for c in a b c; do mkfifo rep.$c; echo $c 21 >&3; read x < rep.$c; echo $c $x; done; echo stop 0 >&3; wait; echo $?
