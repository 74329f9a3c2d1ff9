# A hole reads as zeros and takes no room; data behind it stays.
dd if=/dev/zero of=f bs=1M seek=100 count=0 2>/dev/null; echo end >> f; stat -c %s f; [ $(stat -c %b f) -lt 64 ] && echo sparse; tail -c 4 f; dd if=f bs=1M skip=50 count=1 2>/dev/null | md5sum; cp f g; cmp -n 1000000 f g && echo same
