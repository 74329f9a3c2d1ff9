# The dot command shares the shell, takes return, finds via PATH.
echo 'v=sourced; return 4; echo never' > lib.sh
. ./lib.sh; echo "$? $v"
mkdir p; echo 'echo from path' > p/found.sh; PATH=$PATH:$PWD/p; . found.sh
(. ./missing.sh; echo never); echo $?
