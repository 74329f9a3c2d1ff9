/* Every thread is in the dump, as user mode left it: asleep, running, or on its way out of a call; the crashed one first. */
#include "core.h"
#include <pthread.h>
#include <sys/eventfd.h>

static volatile int ready;
static int pipe_end;

static void *sleeper(void *arg)
{
	register unsigned long mark __asm__("r12") = 0xabc000 + (long)arg;
	long result;
	char byte;

	__atomic_add_fetch(&ready, 1, __ATOMIC_SEQ_CST);
	__asm__ volatile("syscall" : "=a"(result), "+r"(mark) : "a"(SYS_read), "D"(pipe_end), "S"(&byte), "d"(1) : "rcx", "r11", "memory");
	return (void *)result;
}

static void *runner(void *arg)
{
	register unsigned long mark __asm__("r12") = 0xdef000 + (long)arg;

	__atomic_add_fetch(&ready, 1, __ATOMIC_SEQ_CST);
	for (;;)
		__asm__ volatile("pause" : "+r"(mark));
	return NULL;
}

static void *leaver(void *arg)
{
	__atomic_add_fetch(&ready, 1, __ATOMIC_SEQ_CST);
	return arg;
}

static void crash(void *arg)
{
	pthread_t t;
	int ends[2];

	if (pipe(ends))
		_exit(1);
	pipe_end = ends[0];
	for (long i = 0; i < 6; i++)
		pthread_create(&t, NULL, i < 2 ? sleeper : i < 4 ? runner : leaver, (void *)i);
	while (ready < 6)
		usleep(1000);
	usleep(50000);
	prctl(PR_SET_NAME, "crashed");
	*(volatile int *)16 = 1;
	(void)arg;
}

int main(void)
{
	unsigned n = 0;
	struct elf_prstatus *s;
	struct core c;
	int seen[4] = { 0 };

	for (unsigned round = 0; round < 3; round++) {
		status_show("crash", child(crash, NULL));
		if (!core_load(&c, "core"))
			return 1;
		memset(seen, 0, sizeof seen);
		for (n = 0; (s = (void *)note_find(&c, NT_PRSTATUS, n, NULL)); n++) {
			unsigned long *r = (unsigned long *)s->pr_reg;

			if (n == 0)
				say("first: the leader %d, signal %d\n", s->pr_pid != 0 && r[15] == -1ul, s->pr_cursig);
			if (r[3] - 0xabc000 < 2 && (long)r[15] == SYS_read)
				seen[r[3] - 0xabc000]++;
			else if (r[3] - 0xdef002 < 2)
				seen[2 + r[3] - 0xdef002]++;
		}
		say("%u threads: %d %d %d %d, FP of each: %d\n", n, seen[0], seen[1], seen[2], seen[3], note_find(&c, NT_FPREGSET, n - 1, NULL) != NULL);
		unlink("core");
	}
	return 0;
}
