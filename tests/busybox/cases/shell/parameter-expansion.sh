# Defaults, removal, length, substitution, substring.
unset u; e=; p=/usr/lib/file.tar.gz
echo "${u-d1} ${u:-d2} ${e-d3} ${e:-d4} ${u:=set} $u ${p:+alt}"
echo "${p##*/} ${p%/*} ${p%%.*} ${p#*.} ${#p} ${p/lib/LIB} ${p//[ae]/_} ${p:5:3}"
(echo ${missing:?is not there}); echo $?
set -- one two three; echo "$# ${#1} ${3} $@"
IFS=:; set -- a b; echo "$*"
