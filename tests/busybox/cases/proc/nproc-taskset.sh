# Affinity: one processor, an impossible mask, inheritance.
taskset -p $$ > /dev/null; echo $?; taskset 1 sh -c 'taskset -p $$ | sed "s/.*: //"; nproc'; taskset 0 true; echo $?; taskset -p 1 $$ > /dev/null; taskset -p $$ | sed 's/.*: //'; sh -c 'nproc'; taskset -c 0 nproc
