# Patterns, counts, context, files, inversion, words, only the match, status.
printf 'alpha\nBeta\ngamma 12\ndelta\n\nalpha beta\n' > f; mkdir d; cp f d/g
grep alpha f; grep -i beta f; grep -c a f; grep -n a f; grep -v a f; grep -w beta f; grep -x delta f; grep -o '[0-9]*' f
grep -A1 Beta f; grep -B1 gamma f; grep -C1 gamma f; grep -r gamma d; grep -l alpha f d/g; grep -L alpha f d/g
grep -q nope f; echo $?; grep x missing; echo $?; grep -e alp -e del f; printf 'del\nBet\n' > p; grep -f p f; grep -m1 a f; grep -h a f d/g | wc -l
