# Options, arguments, unknown ones, OPTIND.
parse() { OPTIND=1; while getopts ab:c o; do echo "$o ${OPTARG-}"; done; shift $((OPTIND-1)); echo "rest $*"; }
parse -a -b val -c x y
parse -bval -ac -- -z
parse -q 2>&1
parse -b 2>&1
while getopts :xy: o -y; do echo "$o $OPTARG"; done
