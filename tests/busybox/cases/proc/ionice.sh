# I/O class of a process.
ionice > /dev/null; echo $?; ionice -c 2 -n 4 true; echo $?; ionice -c 3 ionice | sed 's/:.*//'
