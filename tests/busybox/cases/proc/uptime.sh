# Uptime grows, load average has three figures.
uptime | sed 's/[0-9][0-9]:[0-9][0-9]:[0-9][0-9]/TIME/; s/up .*,  load/up SOME, load/; s/up .*load/up SOME, load/; s/[0-9]\+\.[0-9]\+/N/g'
read a i < /proc/uptime; sleep 1.1; read b i < /proc/uptime; [ ${b%.*} -gt ${a%.*} ] && echo grows; awk '{print NF; split($4,p,"/"); print (p[2]>=p[1])}' /proc/loadavg
