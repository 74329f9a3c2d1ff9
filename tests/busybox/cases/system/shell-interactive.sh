# An interactive shell edits its line, remembers and completes.
onpty -q '@$ ' 'echo first\r' '@first' '@$ ' '\e[A\r' '@first' '@$ ' 'echo wxrd\e[D\e[D\x7fo\r' '@word' '@$ ' 'touch lonely-file; ls lon\t\r' '@lonely-file' '@$ ' 'exit 9\r' -- env PS1='$ ' sh -i; echo $?; ls
