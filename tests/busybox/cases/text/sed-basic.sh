# Substitution, addresses, delete, print, ranges, transliteration.
seq 10 > f
sed -n '2,4p' f; sed '3,$d' f; sed 's/1/X/' f; sed -n '$=' f; sed -n '/5/,/7/p' f; sed '2!d' f; sed -n '3p;/^1/p;$p' f; sed y/123/abc/ f | head -n 3
echo 'hello world' | sed 's/\(h[a-z]*\) \(.*\)/\2 \1/; s/o/0/g'; echo aaa | sed 's/a/b/2'; echo path/to | sed 's|/|:|'; echo AbC | sed 's/b/[&]/I'
sed -e 5q f; sed -n 'l' <<END
tab	x
END
