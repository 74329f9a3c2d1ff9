# What sysfs tells of the processors.
[ -d /sys/devices/system/cpu/cpu0 ] && echo cpu0; cat /sys/devices/system/cpu/online | sed 's/^0.*/from 0/'; ls -d /sys/devices/system/cpu/cpu[0-9]* | wc -l > n; [ $(cat n) = $(nproc) ] && echo all; [ -d /sys/class ] && [ -d /sys/block ] && echo dirs
