# Renames, into directories, over existing, between file systems.
echo a > a; echo b > b; mkdir d; mv a c; ls; mv b c; cat c; mv c d; ls d; mv d e; ls e; mv missing x; echo $?; mkdir f; echo 1 > f/c; mv -n e/c f/c; cat f/c; mv e f; find f | sort
echo cross > x; mv x /root/moved; cat /root/moved; mv /root/moved back; cat back; mv f f/sub; echo $?; mkdir full; touch full/z; mkdir other; mkdir other/full; touch other/full/y; mv full other; echo $?; mv -T back fresh; cat fresh
