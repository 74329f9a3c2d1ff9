# read: raw, escaped, prompt-less, limits, end of file.
printf 'a\\tb c\\\ncontinued\nrest' > f
{ read x; echo "[$x]"; read x; echo "$? [$x]"; read x; echo "$? [$x]"; } < f
{ read -r x; echo "[$x]"; } < f
printf 'abcdef' | { read -n 3 x; echo "[$x]"; }
printf 'p q r s\n' | { read a b; echo "[$a][$b]"; }
sleep 1 | { read -t 0.1 x; echo "timed out $(( $? != 0 ))"; }
