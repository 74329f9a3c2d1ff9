# Tools that need an argument, their messages.
for a in chroot nice setsid timeout mkfifo mknod chmod ln readlink; do $a 2>&1 | sed -n 's/^Usage: \([a-z]*\).*/\1/p'; done
