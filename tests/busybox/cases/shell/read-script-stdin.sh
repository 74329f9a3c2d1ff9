# A script on standard input, also one that is large.
sh <<'END'
echo first; x=5
if [ $x = 5 ]; then
	echo second
fi
exit 3
END
echo $?; echo 'echo $# $1' | sh -s one two; (i=0; while [ $i -lt 2000 ]; do echo "x=$i"; i=$((i+1)); done; echo 'echo $x') | sh
