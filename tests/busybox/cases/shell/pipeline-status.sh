# The status of a pipeline is that of its last command; pipefail takes the worst.
true | false; echo $?
false | true; echo $?
(set -o pipefail; false | true; echo $?)
! true | false; echo $?
exit 3 | exit 4; echo $?
