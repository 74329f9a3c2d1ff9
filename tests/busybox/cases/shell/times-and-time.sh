# time prints three lines; times prints two.
time true 2> /dev/null
( time sleep 0.01 ) 2>&1 | sed 's/[0-9.]*s$/Ns/; s/[0-9]\+m/Nm/'
times | wc -l
