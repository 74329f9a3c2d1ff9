# Arguments and environment of a process.
env -i A=1 B=two sleep 44 & p=$!; sleep 0.2; tr '\0' ' ' < /proc/$p/cmdline; echo; tr '\0' ' ' < /proc/$p/environ; echo; cat /proc/$p/comm; readlink /proc/$p/exe; readlink /proc/$p/cwd | sed "s:$PWD:BASE:"; readlink /proc/$p/root; kill $p
