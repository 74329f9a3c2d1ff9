# A file removed while open can still be read and written.
echo data > f; exec 3< f; rm f; cat <&3; exec 3<&-; exec 4> g; rm g; echo x >&4; ls; readlink /proc/$$/fd/4 | sed 's:.*/::'; exec 4>&-
mkdir d; cd d; rmdir ../d; touch x; echo $?; ls; pwd -P 2>/dev/null; echo $?; cd ..
