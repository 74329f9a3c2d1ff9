# The clock can be set forward and goes on from there; monotonic time does not jump.
read a i < /proc/uptime; n=$(date +%s); date -u -s @2000000000 > /dev/null; [ $(date +%s) -ge 2000000000 ] && [ $(date +%s) -lt 2000000100 ] && echo set; read b i < /proc/uptime; [ $((${b%.*} - ${a%.*})) -lt 60 ] && echo steady; date -u -s @$n > /dev/null; su alice -c 'date -s @1 > /dev/null'; echo $?
