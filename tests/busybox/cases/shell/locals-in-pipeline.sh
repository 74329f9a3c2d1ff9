# The parts of a pipeline run in children, the last one too.
x=1; echo 2 | read x; echo $x
echo 3 | { read y; echo in $y; }; echo "[$y]"
