# Nested substitutions, trailing newlines, status, large output.
echo $(echo $(echo $(echo deep)))
x=$(printf 'a\n\n\n'); echo "[$x]"
y=$(exit 9); echo $?
z=`echo \`echo back\``; echo $z
n=$(seq 1 20000 | wc -c); echo $n
big=$(seq 1 20000); echo ${#big}
