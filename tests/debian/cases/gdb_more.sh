# limit: 300
# full
# Attach and detach, caught system calls, signals and forks, conditions, calls, registers, memory, a core on demand.
mkdir work && cd work
cat > t.c <<'E'
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static volatile int count, stop;
static char text[32] = "before";
static void handler(int sig) { stop = sig; }
static int twice(int n) { return 2 * n; }
static int fact(int n)
{
	return n < 2 ? 1 : n * fact(n - 1);
}
int main(int argc, char **argv)
{
	signal(SIGUSR1, handler);
	if (argc > 1)
		while (!stop) {
			count++;
			usleep(10000);
		}
	for (int i = 0; i < 10; i++)
		count = twice(i);
	strcpy(text, "after");
	printf("%d %s\n", fact(5), text);
	fflush(stdout);
	raise(SIGUSR1);
	if (!fork()) {
		fact(2);
		execl("/bin/echo", "echo", "from the child", (char *)0);
	}
	wait(0);
	return stop == SIGUSR1 ? 4 : 5;
}
E
gcc -g -O0 -o t t.c
tidy() { sed -e 's/0x[0-9a-f]\{1,\}/ADDRESS/g; s/LWP [0-9]*/LWP N/g; s/process [0-9]* */process N /g; s/core.[0-9]\{1,\}/core.N/' | grep -v -i -e debuginfod -e 'warning: ' -e libthread_db -e '^Using host' -e 'No such file or directory.$' -e '^Download' -e '/sysdeps/'; }
debug() { { echo 'set pagination off'; echo 'set confirm off'; echo 'set print address off'; cat; } > script; gdb -q -nx -batch -x script "$@" 2>&1 < /dev/null | tidy; }
echo "== conditions, calls, memory"
debug ./t <<'E'
break twice if n == 6
run
print n
print count
up
info locals
call fact(6)
print $_siginfo.si_signo
set var n = 50
finish
tbreak fact if n == 2
continue
bt
info registers rip
x/2s text
print text
watch stop
continue
continue
delete
continue
E
echo "== system calls and signals"
debug ./t <<'E'
catch syscall write
catch signal SIGUSR1
run
continue
continue
signal SIGUSR1
E
echo "== forks"
debug ./t <<'E'
set follow-fork-mode child
set detach-on-fork on
catch fork
catch exec
run
continue
continue
E
debug ./t <<'E'
set detach-on-fork off
set schedule-multiple on
break 29
run
info inferiors
kill inferiors 1 2
E
echo "== attached"
./t loop > out 2>&1 & pid=$!; sleep 0.5
debug -p $pid <<'E' | grep -v -e '^Reading' -e '^ADDRESS' -e clock_nanosleep -e '^[0-9]*	'
break 21
continue
print count > 0
print stop
generate-core-file made
set var stop = 10
delete
detach
E
wait $pid; echo "status $?"; cat out
debug ./t made <<'E' | grep -e main -e '\$'
print stop
print count > 0
bt
E
rm -f made
echo "== steps"
debug ./t <<'E'
break 23
run
delete
stepi
next
step
step
until
print i
stepi 3
info display
return
kill
E
