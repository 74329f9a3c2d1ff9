# IFS in all its variants.
x='a:b::c '
for w in $x; do echo "[$w]"; done
IFS=:; for w in $x; do echo "[$w]"; done
IFS=; for w in $x; do echo "[$w]"; done
IFS=' :'; set -- $x; echo $#
IFS=,; echo 'p,q,,r' | { read a b c; echo "$a|$b|$c"; }
