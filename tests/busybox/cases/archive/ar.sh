# Archives of files, made by hand for BusyBox only reads them: list, print, extract.
member() { printf '%-16s%-12s%-6s%-6s%-8s%-10s`\n' "$1/" 1600000000 0 0 100644 $(stat -c %s $1); cat $1; }
printf 'hello a\n' > a; printf 'and b\n' > b
{ printf '!<arch>\n'; member a; member b; } > l.a
ar -t l.a; ar -p l.a b; mkdir x; cd x; ar -x ../l.a; ls; cat a b; ar -t missing; echo $?; echo junk > j; ar -t j; echo $?
