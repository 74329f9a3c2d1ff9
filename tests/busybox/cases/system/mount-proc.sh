# A second proc somewhere else.
mkdir p; mount -t proc none p; [ -e p/1/stat ] && echo there; readlink p/self | cmp - /dev/null > /dev/null; [ -d p/self/fd ] && echo self; umount p; ls p
