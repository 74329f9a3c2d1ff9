# Arithmetic, comparison, strings.
expr 1 + 2 \* 3; expr \( 1 + 2 \) \* 3; expr 7 / 2; expr 7 % 2; expr 3 \< 5; expr abc = abc; expr abcdef : 'abc\(.*\)'; expr length hello; expr substr hello 2 3; expr index hello l
expr 0; echo $?; expr 1 / 0; echo $?; expr; echo $?; expr 5 '|' 0; expr 0 '&' 1
