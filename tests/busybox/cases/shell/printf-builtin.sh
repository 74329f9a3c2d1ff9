# Formats, repeats, escapes, wrong numbers.
printf '%s-%d|%5d|%-5d|%05d|%x|%X|%o|%c\n' str 42 42 42 42 255 255 8 char
printf '%s %s\n' a b c
printf '%.2f %e %g\n' 3.14159 12345.678 0.0001
printf '%b' 'tab\there\n\0101\n'
printf '%%|%10s|%-10s|%.2s\n' right left cut
printf '%d\n' notanumber; echo $?
printf '%d %d\n' "'A" 0x10
printf '%*d|\n' 6 7
