# vi driven by keys on a terminal: insert, delete, substitute, save.
printf 'first line\nsecond line\nthird line\n' > f
onpty -q '@third' 'x' 'j' 'dd' 'p' 'G' 'o' 'added\e' '=300' ':%s/line/LINE/g\r' ':1\r' 'A end\e' '=300' 'yyp' ':wq\r' -- vi f; echo $?; cat f
