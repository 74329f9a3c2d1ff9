# df of a file system of known size.
mkdir m; mount -t tmpfs -o size=1m tmp m; df m | awk 'NR==2 {print $1,$2,$3,$4,$5,$6}' | sed "s:$PWD:BASE:"; head -c 100000 /dev/zero > m/f; df -k m | awk 'NR==2 {print ($3>=98 && $3<=104)}'; df -h m | awk 'NR==2 {print $2}'; df | head -n 1; df -i m | awk 'NR==2 {print ($3>=2)}'; df -T m | awk 'NR==2 {print $2}'; df /nonexistent; echo $?; umount m
