# more stops after a page on a terminal, copies otherwise.
seq 100 > f; onpty -q -g 10x40 '@More' ' ' '@More' 'q' -- more f; echo $?; more f | wc -l
