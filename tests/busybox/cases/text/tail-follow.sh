# tail -f shows what is appended.
# limit: 30
echo start > f; timeout 4 tail -f -s 1 f > out & sleep 0.5; echo more >> f; sleep 2; echo last >> f; wait; cat out
