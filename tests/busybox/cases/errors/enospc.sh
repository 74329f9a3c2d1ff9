# A full file system: the message and what was written.
mkdir m; mount -t tmpfs -o size=16k none m; yes > m/f; echo $?; stat -c %s m/f; cp m/f m/g; echo $?; stat -c %s m/g; mkdir m/d && echo dir; rm m/f; echo ok > m/g; cat m/g; umount m
