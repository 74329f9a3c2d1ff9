# Ctrl-D at the start of a line is end of file, within a line it hands the line over.
onpty -q '@go' 'part' '\x04' 'line\n' '\x04' -- sh -c 'echo go; cat > out'; echo $?; cat out
