# Forty links may be followed, forty-one may not.
echo end > l0; i=0; while [ $i -lt 45 ]; do ln -s l$i l$((i+1)); i=$((i+1)); done; for n in 39 40 41 42; do cat l$n 2>&1; echo $?; done; mkdir d; ln -s d e; echo x > d/f; cat e/f; ls -d e/; rm e/ 2>/dev/null; echo $?; ln -s . self; ls -d self/self/self/self/self; cat self/self/d/f
