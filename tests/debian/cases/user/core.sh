# limit: 300
# full
# What a crash leaves, as gdb sees it: where, the threads, their variables; and the copy of one that lives.
cat > crash.c <<'E'
#include <pthread.h>
#include <string.h>
#include <unistd.h>
struct item { int number; const char *text; struct item *next; };
static struct item second = { 2, "two", 0 }, first = { 1, "one", &second };
static double measure = 2.5;
static char *large;
static void *wait_for_ever(void *arg)
{
	int here = *(int *)arg;
	pause();
	return (void *)(long)here;
}
static int look(struct item *i, int depth)
{
	large = strdup("on the heap");
	if (!i)
		return *(volatile int *)8;
	return look(i->next, depth + 1) + i->number;
}
int main(int argc, char **argv)
{
	static int numbers[] = { 7, 8 };
	pthread_t t;
	if (argc > 1)
		return *argv[1] == 'w' ? pause() : 0;
	pthread_create(&t, 0, wait_for_ever, &numbers[0]);
	pthread_create(&t, 0, wait_for_ever, &numbers[1]);
	usleep(100000);
	return look(&first, 0);
}
E
gcc -g -O0 -o crash crash.c -pthread
./crash; echo "status $?"; ls core* 2>/dev/null
ulimit -c unlimited; ./crash 2>/dev/null; echo "status $?"; ls core*
file core 2>/dev/null | cut -d, -f1-3
readelf -h core | grep -e Type -e Machine; readelf -n core 2>/dev/null | grep -o 'NT_[A-Z_0-9]*' | sort | uniq -c
tidy() { sed -e 's/0x[0-9a-f]\{1,\}/ADDRESS/g; s/LWP [0-9]*/LWP N/g; s/process [0-9]*/process N/; s/ = [0-9]\{9,\}/ = MANY/' | grep -v -i -e debuginfod -e '^warning: ' -e libthread_db -e '^Using host' -e '^\[New LWP'; }
see() { gdb -q -nx -batch -ex 'set print address off' "$@" 2>&1 | tidy; }
see crash core -ex bt -ex 'print first' -ex 'print *first.next' -ex 'print measure' -ex 'print large' -ex 'info locals' -ex 'up 3' -ex 'info locals' \
	-ex 'print $_siginfo.si_signo' -ex 'print $_siginfo._sifields._sigfault.si_addr'
see crash core -ex 'thread apply all -q frame function wait_for_ever' -ex 'info sharedlibrary' -ex 'info auxv' > seen
grep -e wait_for_ever -e libc seen | sed 's/.*\(wait_for_ever\|libc\).*/\1/' | sort; grep -e AT_PAGESZ -e AT_UID -e AT_EXECFN seen
rm core; ./crash w & sleep 0.5; gcore -o copy $! 2>&1 | grep -c Saved; kill $!; wait $! 2>/dev/null; see crash copy.* -ex bt | grep -o 'in [a-z_]* ()\|main ([^)]*)' | tail -1
(ulimit -c 16; ./crash 2>/dev/null; echo "status $?"; test "$(stat -c %s core)" -le 16384 && echo short); rm -f core
python3 -c 'import os, resource, signal; pid = os.fork() or os.abort(); print(os.WCOREDUMP(os.waitpid(pid, 0)[1]))'; ls core && rm core
echo 'dump.%e.%s' > /proc/sys/kernel/core_pattern; sh -c 'kill -QUIT $$'; echo "status $?"; ls dump*; echo core > /proc/sys/kernel/core_pattern
