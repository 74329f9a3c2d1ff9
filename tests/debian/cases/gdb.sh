# limit: 120
# Break, backtrace, step, watch, threads, a core of a call.
mkdir work && cd work
cat > t.c <<'END'
#include <stdio.h>
#include <pthread.h>
static int sum;
static int add(int a, int b)
{
	sum += a + b;
	return sum;
}
static void *thread(void *arg)
{
	add(10, 20);
	return arg;
}
int main(void)
{
	pthread_t t;
	add(1, 2);
	pthread_create(&t, 0, thread, 0);
	pthread_join(t, 0);
	printf("%d\n", sum);
	return 0;
}
END
gcc -g -O0 -o t t.c -pthread
cat > script <<'END'
set pagination off
set confirm off
set print address off
set print thread-events off
break add
run
backtrace
next
next
print sum
info locals
continue
print a
backtrace 2
watch sum
continue
print sum
delete
continue
END
gdb -q -nx -batch -x script ./t 2>&1 | sed -e 's/0x[0-9a-f]*/ADDRESS/g; s/LWP [0-9]*/LWP N/; s/process [0-9]*/process N/' | grep -v -i -e debuginfod -e 'warning: ' -e libthread_db -e '^Using host'
