# Links resolved, missing parts, dots.
B=$(pwd -P); strip() { sed "s:^$B:BASE:"; }
mkdir -p a/b; ln -s a l; ln -s l/b m; touch a/b/f; readlink m; readlink f; echo $?; readlink -f m/f | strip; realpath m/../b/./f | strip; realpath missing | strip; realpath missing/x; echo $?; readlink -f nope | strip; ln -s loop loop; readlink -f loop; echo $?; realpath loop; echo $?; readlink -n l; echo; realpath / /./tmp/..
