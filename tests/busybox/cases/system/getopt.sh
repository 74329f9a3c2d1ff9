# Option parsing for scripts.
getopt -o ab:c -- -a -b val rest -c; echo $?; getopt -o a -- -x; echo $?; getopt -o '' -l long,arg: -- --arg=1 --long x; getopt -T; echo $?
