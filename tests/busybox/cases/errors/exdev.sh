# Links and renames do not cross file systems.
echo x > f; ln f /root/f; echo $?; mkdir m; mount -t tmpfs none m; ln f m/f; echo $?; mv f m/f; cat m/f; mkdir d; mv d m; ls m; umount m
