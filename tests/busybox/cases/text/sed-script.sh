# Hold space, labels, append, insert, change, next, in place, write file.
printf 'a\nb\nc\n' > f
sed -n '1!G;h;$p' f; sed ':x;N;$!bx;s/\n/,/g' f; sed '2a after' f; sed '2i before' f; sed '2c changed' f; sed 'n;d' f
sed -i 's/b/B/' f; cat f; sed -i.bak '1d' f; cat f f.bak; sed -n '/B/w out' f; cat out; sed '/a/{s//x/;s/$/!/}' f.bak; sed = f | sed 'N;s/\n/ /'
echo 'x=1' | sed -r 's/(\w+)=(\w+)/\2=\1/'; printf 'p\n' > s; sed -n -f s f; sed 's/x' f; echo $?; echo ab | sed 's/a/&\n/;P;D'
