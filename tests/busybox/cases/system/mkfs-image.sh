# File systems made in an ordinary file.
truncate -s 1M img; mke2fs -F img > /dev/null; echo $?; dd if=img bs=1 skip=1080 count=2 2>/dev/null | od -An -t x1; truncate -s 2M fat; mkdosfs fat; echo $?; dd if=fat bs=1 skip=510 count=2 2>/dev/null | od -An -t x1; truncate -s 1M sw; mkswap sw | sed '/UUID/d'; tail -c +4087 sw | head -c 10; echo
