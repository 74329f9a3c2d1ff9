# cttyhack and getty-less login shells: setsid with a controlling terminal.
onpty -q -- sh -c 'exec > out 2>&1; tty > /dev/null && echo has; [ "$(ps -o tty,pid | grep -c " $$\$")" -ge 0 ] && echo listed; sh -lc "echo login \$0"'; cat out
