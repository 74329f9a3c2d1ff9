# The multi-call program itself.
busybox --list | head -n 3; busybox | head -n 1 | cut -d' ' -f1,2; busybox echo hi; busybox nosuch; echo $?; busybox sh -c 'echo $0' name; cp /bin/busybox unknown; ./unknown; echo $?; busybox --help 2>&1 | wc -l | awk '{print ($1>10)}'; busybox true; busybox false; echo $?; ls --help 2>&1 | head -n 3 | tail -n 1
