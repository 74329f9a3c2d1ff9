# Sets, ranges, classes, delete, squeeze, complement.
echo 'Hello World' | tr a-z A-Z; echo 'a  b   c' | tr -s ' '; echo 'abc123' | tr -d 0-9; echo 'abc123' | tr -cd 0-9; echo
echo 'hello' | tr 'el' 'ip'; echo 'x y' | tr '[:space:]' '\n'; echo abc | tr a-c x; echo 'AbC' | tr '[:upper:]' '[:lower:]'
