# Files, strings, integers, logic.
touch e; echo x > f; mkdir d; ln -s f l; ln -s gone dangling; mkfifo p; chmod 600 f; chmod u+s e
for t in '-e f' '-e nope' '-f f' '-f d' '-d d' '-L l' '-L f' '-e dangling' '-h dangling' '-p p' '-s f' '-s e' '-r f' '-x f' '-x d' '-u e' '-g e' '-k d' '-c /dev/null' '-b /dev/null' '-S f' '-t 0' '-n x' '-z x' 'a = a' 'a != a' '1 -eq 01' '2 -lt 10' '2 -ge 3' 'f -ef l' '! -e f' '-n a -a -n b' '-z a -o -n b'; do
	test $t; echo "$? test $t"
done
[ a = a ]; echo $?; [ ]; echo $?; [ 1 -eq x ]; echo $?; [[ abc = a* ]]; echo $?
touch -d '2020-01-01 00:00:00' old; touch -d '2021-01-01 00:00:00' new
[ new -nt old ]; echo $?; [ new -ot old ]; echo $?
