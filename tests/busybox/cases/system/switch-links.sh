# /proc/self, /dev/fd, /dev/stdin and friends.
echo text | cat /dev/stdin; echo x > /dev/stdout; echo e 2>/dev/null > /dev/stderr; [ -L /proc/self ] && echo link; cd /proc/self; [ -e stat ] && echo in
