# Device nodes, fifos, what works through them.
mknod n c 1 3; stat -c '%F %t %T %a' n; echo x > n; cat n; mknod z c 1 5; head -c 4 z | od -c; mknod p p; stat -c %F p; mknod b b 7 0; stat -c '%F %t %T' b; mknod -m 600 m c 1 7; stat -c %a m; echo x > m; echo $?; mknod n c 1 3; echo $?; mknod bad c 99 99; cat bad; echo $?; mkfifo -m 620 q; stat -c %a q
