# An environment of many variables reaches a program whole.
i=0
while [ $i -lt 1500 ]; do export "V$i=value of variable number $i"; i=$((i+1)); done
env | grep -c '^V[0-9]'
env | grep '^V' | sort | md5sum
