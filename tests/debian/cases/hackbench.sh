# limit: 120
# Groups of senders and receivers over sockets and pipes, processes and threads.
for how in '' -T; do for over in '' -p; do hackbench $how $over -g 2 -l 50 | grep -c Time; done; done
cyclictest --default-system -q -l 200 -i 1000 -t 2 -p 50 2>&1 | sed 's/[0-9]\{1,\}/N/g; s/  */ /g; s/\(Min\|Act\|Avg\|Max\):N/\1: N/g' | sort -u
