# A here-document larger than a pipe holds.
f() { i=0; while [ $i -lt 3000 ]; do echo "line number $i of the document"; i=$((i+1)); done; }
text=$(f)
cat <<END | md5sum
$text
END
