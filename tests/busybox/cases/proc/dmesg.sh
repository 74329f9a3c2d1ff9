# The kernel's log can be read, and has stamped lines.
dmesg | head -n 20 | grep -c '^\[ *[0-9]*\.[0-9]*\]' | awk '{print ($1>2)}'; echo 'hello from user space' > /dev/kmsg; dmesg | grep -c 'hello from user space'; dmesg -n 1; echo $?; dmesg -r | head -n 1 | cut -c1
