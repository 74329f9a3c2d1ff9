/*
 * clock_migrate.c - the monotonic clock never goes back: not when a process
 * moves from one processor to another, not between processes that pass a
 * reading through shared memory.
 * limit: 60
 */
#include "show.h"
#include <sched.h>

static int64_t read_call(void)
{
	struct timespec t;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static int move_to(int cpu)
{
	unsigned long mask[2] = { 1ul << cpu, 0 };

	return syscall(SYS_sched_setaffinity, 0, sizeof mask, mask);
}

int main(void)
{
	int nr = sysconf(_SC_NPROCESSORS_ONLN), back = 0, wrong = 0;
	int64_t last = 0, t;
	volatile int64_t *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned cpu;
	int status;

	for (int i = 0; i < 400; i++) {
		if (move_to(i % nr))
			fatal("sched_setaffinity");
		for (int j = 0; j < 20; j++) {
			t = j & 1 ? now_ns() : read_call();
			back += t < last;
			last = t;
		}
		syscall(SYS_getcpu, &cpu, NULL, NULL);
		wrong += (int)cpu != i % nr;
	}
	show("readings that went back after a move", back);
	show("moves that did not take place", wrong);

	/* All processors publish readings; none may be older than one seen before it was taken. */
	for (int c = 0; c < (nr < 4 ? 2 : 4); c++)
		if (fork() == 0) {
			int64_t end = now_ns() + 700000000, seen, mine;
			int bad = 0;

			move_to(c % nr);
			do {
				seen = __atomic_load_n(shared, __ATOMIC_ACQUIRE);
				mine = now_ns();
				bad += mine < seen;
				__atomic_store_n(shared, mine, __ATOMIC_RELEASE);
			} while (mine < end);
			_exit(bad ? 1 : 0);
		}
	for (back = 0; wait(&status) > 0;)
		back += status != 0;
	show("processors behind another", back);
	return 0;
}
