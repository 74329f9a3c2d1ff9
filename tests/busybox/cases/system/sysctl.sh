# Values below /proc/sys.
sysctl -n kernel.ostype; sysctl kernel.hostname | awk '{print $1,$2}'; sysctl -n kernel.nosuch; echo $?; cat /proc/sys/kernel/pid_max | awk '{print ($1>=32768)}'; cat /proc/sys/kernel/random/uuid | sed 's/[0-9a-f]/x/g'; cat /proc/sys/fs/file-max | awk '{print ($1>0)}'
