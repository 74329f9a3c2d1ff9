# Fractions, several, suffixes; the time that passes is near.
a=$(awk '{print int($1*100)}' /proc/uptime); sleep 0.5; b=$(awk '{print int($1*100)}' /proc/uptime); [ $((b-a)) -ge 49 ] && [ $((b-a)) -lt 500 ] && echo half; sleep 0 && echo none; usleep 100000 && echo usleep; sleep 0.1 0.1s && echo sum; sleep x; echo $?; sleep; echo $?
