# A directory of two thousand entries, listed, half removed, listed again.
# limit: 60
seq 2000 | xargs touch; ls | wc -l; ls | sort -n | md5sum; seq 2 2 2000 | xargs rm; ls | wc -l; ls -A | grep -vc '^\.'; rm -f *; ls -A
