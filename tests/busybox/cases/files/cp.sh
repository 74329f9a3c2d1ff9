# Files, trees, links, modes, times, update, into a directory, onto itself.
echo a > a; chmod 741 a; touch -d '2020-02-02 02:02:00' a; mkdir -p d/e; echo b > d/e/b; ln -s e/b d/l
cp a b; cat b; cp -p a c; stat -c '%a %y' c; cp -r d d2; find d2 | sort; cp -a d d3; readlink d3/l; cp -L d/l deref; cat deref; cp a b d; ls d; cp d x; echo $?; cp a a; echo $?; cp missing x; echo $?
cp -l a hard; stat -c %h a; cp -s $PWD/a soft; readlink soft | sed 's:.*/::'; echo new > n; cp -f n a; cat a; cp -u b n; cat n; cp a b missing-dir; echo $?; cp -T n d4; cat d4; cp -d soft s2; [ -L s2 ] && echo link; cp -v n m
