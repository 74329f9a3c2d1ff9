# Output, append, input, descriptors moved, duplicated and closed.
echo one > a
echo two >> a
cat < a
echo err >&2
{ echo out; echo err >&2; } > both 2>&1
cat both
exec 5> five
echo fifth >&5
exec 5>&-
cat five
echo x 2>&1 >&5
echo "status $?"
exec 6< a 7<&6
read first <&6
read second <&7
echo "$first $second"
