# cd with -, .., logical and physical directory, errors.
mkdir -p a/b; ln -s a/b l; base=$PWD
strip() { sed "s:^$base:BASE:"; }
cd l; pwd | strip; pwd -P | strip; cd ..; pwd | strip
cd -P l; pwd | strip; cd - | strip; cd nowhere; echo $?
cd; pwd; cd "$base"; touch file; cd file; echo $?
