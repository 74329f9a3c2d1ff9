# Compress, decompress, damage.
seq 5000 > f; bzip2 -k f; [ -s f.bz2 ] && bzcat f.bz2 | cmp - f && echo same; rm f; bunzip2 f.bz2; seq 5000 | cmp - f && echo same; bzip2 -c f | head -c 50 | bunzip2 > /dev/null 2>&1; echo $?; : | bzip2 | bunzip2 | wc -c
