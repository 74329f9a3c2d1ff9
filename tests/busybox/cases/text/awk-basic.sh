# Fields, patterns, BEGIN and END, built-in variables, printf.
printf 'anna 30 5.5\nbob 25 7\ncarl 41 1\n' > f
awk '{print $1, $NF}' f; awk '$2>28' f; awk 'NR==2,NR==3{print NR": "$0}' f; awk '{s+=$3} END{print s, s/NR}' f; awk -F: '{print $1}' /etc/passwd | head -n 2
awk 'BEGIN{printf "%5.2f|%-6s|%03d|%x|%c\n", 3.14159, "ab", 7, 255, 65}'; awk '/b/{print FILENAME, FNR, NF}' f f; awk -v x=5 'BEGIN{print x*2}'; awk 'BEGIN{OFS="-"} {$1=$1; print}' f; awk 'END{print $0}' f
echo 'a,b;c' | awk -F'[,;]' '{print $3 $2 $1}'; awk 'BEGIN{RS=""} {print NR": "$1}' <<END
p q

r s
END
