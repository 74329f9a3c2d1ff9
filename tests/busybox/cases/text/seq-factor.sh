# Sequences and prime factors.
seq 3; seq 2 5; seq 10 -3 0; seq -s , 5; seq -w 8 11; seq 0 .5 2; seq 1 0; factor 1 2 97 100 360360 1000000007 2147483647 4294967297
