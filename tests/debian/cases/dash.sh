# limit: 60
# dash: expansion, functions, traps, jobs, here-documents, redirections, its exit statuses.
dash -s one 'two words' <<'END'
for a; do echo "[$a]"; done; set -- a b c; shift; echo $# "$*"
f() { local x=in; echo $x; return 3; }; x=out; f; echo $? $x
trap 'echo exit trap' EXIT; trap 'echo usr1' USR1; kill -USR1 $$
echo ${u-unset} ${x#o} ${x%t} ${#x} $((7*6)) $(echo sub)
cat <<E2
here $x
E2
(exit 4); echo $?; false || echo or; ! true; echo $?
exec 3>&1; echo three >&3; exec 3>&-; { echo x >&3; } 2>/dev/null || echo closed
sleep 0.1 & wait $!; echo waited $?; sh -c 'kill -TERM $$'; echo $?
case abc in a*) echo glob;; esac; i=0; while [ $i -lt 3 ]; do i=$((i+1)); [ $i = 2 ] && continue; printf '%s ' $i; done; echo
set -e; false; echo not reached
END
echo "status $?"
dash -c 'read a b; echo "$b|$a"' <<END
1 2 3
END
dash -c 'nosuchcommand' 2>/dev/null; echo $?; dash -c 'if' 2>/dev/null; echo $?; dash -c '/dev/null' 2>/dev/null; echo $?
dash -c 'umask 077; umask; ulimit -n 50; ulimit -n; cd /usr/bin/..; pwd; pwd -P'
