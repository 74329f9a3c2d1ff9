# A reader that leaves early ends the writer; a writer that leaves gives end of file.
yes | head -n 3
(yes; echo $? > st) 2>/dev/null | head -n 1; cat st
seq 1 100000 | sed 5q
: | cat; echo $?
(sleep 0.2) | cat; echo eof
