# Offsets beyond four gigabytes.
echo far | dd of=f bs=1 seek=5000000000 2>/dev/null; stat -c %s f; dd if=f bs=1 skip=5000000000 2>/dev/null; tail -c 4 f; ls -l f | awk '{print $5}'; truncate -s 6000000000 f; stat -c %s f; rm f
