# Reverse Polish.
echo '2 3 + p 4 * p 5 / p 2 k 10 3 / p' | dc; echo '[dsa1-d1<b]sb 5 lbx' | dc > /dev/null; echo $?; echo '16 o 255 p 2 i 1010 p' | dc; echo '3 2 ^ p 17 5 ~ f' | dc
