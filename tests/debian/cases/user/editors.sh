# limit: 120
# full
# Editors and pagers on a terminal: vim, BusyBox's vi, less, more; the keys typed, the file that comes of it.
export TERM=linux HOME=$PWD
edit() { timeout -s KILL 60 onpty -q -g 24x80 "$@"; }
printf 'alpha\nbeta\ngamma\n' > text
edit '@gamma' 'jddp' '=300' 'Goomega\e' '=300' ':%s/a/A/g\r' '=300' 'ggO// top\e' '=300' ':w\r' '@written' ':q\r' -- vim.tiny -u NONE -n text; echo "vim $?"; cat text
edit '@top' ':!echo $((6*7))\r' '@42' '@ENTER' '\r' '=300' ':r !seq 3\r' '@more' '=300' ':wq\r' -- vim.tiny -u NONE -n text; echo "vim $?"; wc -l < text
printf 'one\ntwo\n' > other
edit '@two' 'Gothree\e' '=300' 'ggx' '=300' ':wq\r' -- busybox vi other; echo "vi $?"; cat other
seq 200 > long
edit '@long' ' ' '@30' '/150\r' '@150' 'G' '@200' 'q' -- less long; echo "less $?"
edit '@More' ' ' '@40' 'q' -- more long; echo "more $?"
