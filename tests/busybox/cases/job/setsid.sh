# setsid: a new session without terminal, its leader is the process itself.
setsid sh -c 'sed "s/.*) . [0-9]* \([0-9]*\) \([0-9]*\) .*/\1 \2/" /proc/$$/stat > ids; echo $$ > pid' 
sleep 0.2; read g s < ids; read p < pid; [ $g = $p ] && [ $s = $p ] && echo leader
setsid sh -c 'echo x > /dev/tty' 2>/dev/null; echo $?
setsid sh -c 'tty; exit 3' < /dev/null; echo $?
