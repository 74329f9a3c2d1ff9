# Functions: arguments, local, return, recursion, redirection on call.
fact() { local n=$1; [ $n -le 1 ] && { echo 1; return; }; echo $(( n * $(fact $((n-1))) )); }
fact 10
f() { echo "$# $1 $*"; return 5; }
f a "b c" d; echo $?
g() { echo to-file; } > out
g; cat out
x=global; h() { local x=inner; i; }; i() { echo $x; }; h; echo $x
unset -f f; f; echo $?
