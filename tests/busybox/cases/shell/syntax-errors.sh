# Scripts that do not parse.
for s in 'if' 'for x in; do' '(' 'echo "unclosed' 'case x in' '}' 'a | | b' '; ;'; do
	sh -c "$s" >/dev/null 2>&1; echo "$? $s"
done
