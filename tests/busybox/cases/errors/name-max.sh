# Names of 255 and 256, paths near 4096.
n=$(printf 'n%.0s' $(seq 255)); touch $n && echo made; touch ${n}n; echo $?; mkdir $n.d 2>/dev/null; echo $?; d=$(printf 'd%.0s' $(seq 200)); i=0; while [ $i -lt 19 ]; do mkdir $d && cd $d || break; i=$((i+1)); done; echo $i; touch f; cat $PWD/f; echo $?; mkdir $d; cd $d; mkdir $d; cd $d; touch $PWD/f 2>/dev/null; echo $?; touch f; ls
