# A line editor's session.
printf 'one\ntwo\nthree\n' > f; ed f <<'END'
2p
2s/two/TWO/
a
inserted
.
1,$p
/three/d
w
q
END
echo $?; cat f
