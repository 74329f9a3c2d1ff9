# A file system mounted noexec, a file without x, a directory on the path.
mkdir m; mount -t tmpfs -o noexec none m; cp /bin/busybox m/echo; m/echo hi; echo $?; env m/echo hi; echo $?; umount m; cp /bin/busybox true; chmod 644 true; ./true; echo $?; su alice -c ./true; echo $?; chmod 100 true; ./true; echo $?; su alice -c ./true; echo $?
