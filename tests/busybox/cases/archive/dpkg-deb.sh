# A Debian package put together by hand, its fields shown and its files unpacked.
member() { printf '%-16s%-12s%-6s%-6s%-8s%-10s`\n' "$1" 1600000000 0 0 100644 $(stat -c %s $1); cat $1; [ $(($(stat -c %s $1) % 2)) = 0 ] || echo; }
mkdir -p c d/usr
printf 'Package: x\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: nothing\n' > c/control
echo data > d/usr/file; tar czf control.tar.gz -C c ./control; tar czf data.tar.gz -C d ./usr; echo 2.0 > debian-binary
{ printf '!<arch>\n'; member debian-binary; member control.tar.gz; member data.tar.gz; } > p.deb
dpkg-deb -f p.deb Package; echo $?; dpkg-deb -x p.deb out; cat out/usr/file; dpkg-deb -c p.deb | awk '{print $1,$NF}'
