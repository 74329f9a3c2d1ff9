# Parents, modes, existing, not empty.
mkdir a; mkdir a; echo $?; mkdir -p b/c/d; mkdir -p b/c/d; echo $?; mkdir -m 700 m; stat -c %a m; mkdir x/y; echo $?; rmdir b; echo $?; rmdir -p b/c/d; ls; touch f; mkdir f/x; echo $?; rmdir f; echo $?; rmdir missing; echo $?; mkdir -p f/g; echo $?; rmdir --ignore-fail-on-non-empty a; ls
