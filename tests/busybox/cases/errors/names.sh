# Each error of path lookup, as a message and a status.
touch f; ln -s loop loop; ln -s a b; ln -s b a; mkdir d; touch d/x
for p in missing f/x missing/x loop a/b d/ '' $(printf 'n%.0s' $(seq 256)) ./$(printf 'd/../%.0s' $(seq 900))f; do cat "$p" 2>&1 | cut -c1-30,280-330 | tail -c 40; done
cd f; echo $?; rmdir d; echo $?; rm d; echo $?; mkdir f; echo $?; ls f/; echo $?; mv d f; echo $?; mv f d/; ls d; > d; echo $?; ln -s x d/x; echo $?; rmdir .; echo $?
