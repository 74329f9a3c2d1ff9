# Creation, times, references, no creation.
touch a; ls; touch -c b; ls; touch -d '2019-08-07 06:05:04' a; stat -c '%y %x' a; touch -r a r; stat -c %y r; touch -t 202001020304.05 a; stat -c %y a; touch -d @1000000000 a; stat -c %Y a; touch missing/x; echo $?; touch -a -d @5 a; stat -c '%X %Y' a; touch -m -d @7 a; stat -c '%X %Y' a; touch -h -d @9 l 2>/dev/null; echo $?
