# Make, list, extract, pass through, formats.
mkdir -p d/e; echo a > d/a; echo b > d/e/b; ln -s a d/l; find d | sort | cpio -o -H newc > c.cpio; cpio -t < c.cpio; mkdir x; (cd x; cpio -id < ../c.cpio); find x | sort; cat x/d/e/b; head -c 6 c.cpio; echo; head -c 100 c.cpio | cpio -t; echo $?; cpio -it 'd/e*' < c.cpio
