# A directory seen in a second place.
mkdir a b; echo x > a/f; mount --bind a b; cat b/f; echo y > b/g; ls a; stat -c %i a > i; stat -c %i b | cmp - i && echo same; mv a/f b/h; echo $?; umount b; ls b
