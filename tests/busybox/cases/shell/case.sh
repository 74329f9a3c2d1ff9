# Patterns of case.
for w in abc a.c 'x*y' 12 '' '[z]' Q; do
	case $w in
	a?c) echo "$w: a?c" ;;
	[0-9]*) echo "$w: digits" ;;
	*'*'*) echo "$w: star" ;;
	"") echo "empty" ;;
	'['*) echo "$w: bracket" ;;
	[!a-z]|[[:upper:]]) echo "$w: not lower" ;;
	*) echo "$w: other" ;;
	esac
done
