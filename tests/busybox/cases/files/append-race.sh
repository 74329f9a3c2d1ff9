# Four writers append at once: no line is lost or torn.
for w in a b c d; do (i=0; while [ $i -lt 100 ]; do echo "$w line $i" >> f; i=$((i+1)); done) & done; wait; wc -l < f; sort f | md5sum; grep -cv '^[abcd] line [0-9]*$' f
