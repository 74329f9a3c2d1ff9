# Keys, numeric, reverse, unique, stable, months, check, output onto input.
printf '10 b\n9 a\n100 c\n9 B\n' > f
sort f; sort -n f; sort -rn f; sort -k2 f; sort -k2f f; sort -t' ' -k1,1n -k2,2r f
printf 'b\na\nb\n' | sort -u; printf 'Mar\nJan\nFeb\n' | sort -M; sort -c f; echo $?
sort -n f -o f; cat f; printf 'a\0c\0b\0' | sort -z | tr '\0' ' '
sort -s -k1,1 f; printf '1.10\n1.9\n' | sort -V
