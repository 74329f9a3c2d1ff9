# Octal, symbolic, recursive, special bits, directory X.
touch f; mkdir -p d/e; touch d/g
for m in 0 777 4755 u=rw,go=r a+x g-x,o-rx u+s,g+s +t u=g go= a=rX; do chmod $m f; echo "$m $(stat -c '%a %A' f)"; done
chmod -R 700 d; stat -c %a d d/e d/g; chmod -R a-x,a+X d; stat -c %a d d/e d/g; chmod 1777 d; stat -c %A d; chmod 644 missing; echo $?; chmod zz f; echo $?; chmod -c 600 f; chmod -v 600 f
