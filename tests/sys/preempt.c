/*
 * preempt.c - nobody can keep the processor to himself: a process that spins,
 * in user mode or from one system call to the next, does not starve another,
 * and equal ones share.
 * limit: 60
 */
#include "show.h"
#include <sched.h>
#include <sys/resource.h>

static volatile long *counter;

static void one_cpu(void)
{
	unsigned long mask = 1;

	if (syscall(SYS_sched_setaffinity, 0, sizeof mask, &mask))
		fatal("sched_setaffinity");
}

static void spin_user(void) { for (;;) ++*(volatile long *)counter; }
static void spin_calls(void) { for (;;) syscall(SYS_getppid); }

static void spin_zero(void)
{
	static char buf[1 << 20];
	int fd = open("/dev/zero", O_RDONLY);

	for (;;)
		(void)!read(fd, buf, sizeof buf);
}

static void spin_pipe(void)
{
	static char buf[65536];
	int p[2];

	(void)!pipe(p);
	for (;;) {
		(void)!write(p[1], buf, 32768);
		(void)!read(p[0], buf, 32768);
	}
}

static void spin_faults(void)
{
	for (;;) {
		char *p = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		for (int i = 0; i < 64; i++)
			p[i * PAGE] = 1;
		munmap(p, 64 * PAGE);
	}
}

static void spin_yield(void) { for (;;) sched_yield(); }

static void spin_forks(void)
{
	for (;;) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
}

/* With two of f on our processor: do sleeps end, and does our own loop get on? */
static void against(const char *what, void (*f)(void))
{
	pid_t pids[2];
	int64_t start, worst = 0;
	volatile long work = 0;

	for (int i = 0; i < 2; i++)
		if ((pids[i] = fork()) == 0) {
			setpgid(0, 0);
			f();
		}
	sleep_ms(20);
	for (int i = 0; i < 20; i++) {
		int64_t t = now_ns();

		sleep_ms(2);
		if (now_ns() - t > worst)
			worst = now_ns() - t;
	}
	start = now_ns();
	while (work < 3000000 && now_ns() - start < 5000000000ll)
		for (int i = 0; i < 1000; i++)
			work++;
	for (int i = 0; i < 2; i++) {
		kill(-pids[i], SIGKILL);
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	note("%s: longest sleep of 2 ms took %ld us, own loop %ld us\n", what,
	     (long)(worst / 1000), (long)((now_ns() - start) / 1000));
	say("%s: sleeps end %s, own work %s\n", what,
	    worst < 1500000000 ? "in time" : "LATE", work >= 3000000 ? "done" : "STARVED");
}

static void shares(void)
{
	volatile long *c = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pids[3];
	long low, high;

	for (int i = 0; i < 3; i++)
		if ((pids[i] = fork()) == 0)
			for (;;)
				c[i]++;
	sleep_ms(1200);
	for (int i = 0; i < 3; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	low = high = c[0];
	for (int i = 1; i < 3; i++) {
		low = c[i] < low ? c[i] : low;
		high = c[i] > high ? c[i] : high;
	}
	note("three equal loops: least %ld, most %ld\n", low, high);
	judge("three equal loops share", low * 3 > high);
}

static void nice_counts(void)
{
	volatile long *c = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pids[2];

	for (int i = 0; i < 2; i++)
		if ((pids[i] = fork()) == 0) {
			setpriority(PRIO_PROCESS, 0, i ? 15 : 0);
			for (;;)
				c[i]++;
		}
	sleep_ms(1000);
	for (int i = 0; i < 2; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	note("nice 0 against nice 15: %ld to %ld\n", c[0], c[1]);
	judge("nice 15 gets less", c[0] > 2 * c[1]);
	judge("nice 15 gets something", c[1] > 0);
}

int main(void)
{
	counter = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	one_cpu();
	against("user loops", spin_user);
	against("short calls", spin_calls);
	against("long reads", spin_zero);
	against("pipe copies", spin_pipe);
	against("page faults", spin_faults);
	against("sched_yield", spin_yield);
	against("forks", spin_forks);
	shares();
	nice_counts();
	return 0;
}
