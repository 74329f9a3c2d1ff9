# -e, -u, -x, -v, -n, -a, -f.
sh -ec 'false; echo never'; echo $?
sh -ec 'if false; then :; fi; false || true; ! true; echo reached'; echo $?
sh -uc 'echo $nope'; echo $?
sh -xc 'a=1; echo $a; echo "b $a"' 2>&1
sh -nc 'echo never'; echo $?
sh -ac 'v=1; env' | grep ^v=
sh -vc 'echo verbose'
