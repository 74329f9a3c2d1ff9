/* prctl(PR_SET_TSC): a thread that reads the time-stamp counter gets SIGSEGV; children and the next program inherit it. */
#include "../show.h"
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <sys/prctl.h>

static sigjmp_buf back;
static void caught(int sig, siginfo_t *i, void *c)
{
	(void)c;
	say("signal %d code %d address %lx\n", sig, i->si_code, (long)i->si_addr);
	siglongjmp(back, 1);
}

static void try_read(const char *who)
{
	if (!sigsetjmp(back, 1)) {
		__builtin_ia32_rdtsc();
		say("%s: read\n", who);
	} else {
		say("%s: refused\n", who);
	}
}

static void get(void)
{
	int v = -1;

	show("get", prctl(PR_GET_TSC, &v, 0, 0, 0));
	say("mode %d\n", v);
}

static void *thread(void *arg) { get(); try_read(arg); return NULL; }

static void child(void)
{
	if (!fork()) {
		try_read("child");
		_exit(0);
	}
	wait(NULL);
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_sigaction = caught, .sa_flags = SA_SIGINFO };
	pthread_t t;
	int to[2], from[2], st, ok = 0;
	char c = 'x';

	(void)argv;
	sigaction(SIGSEGV, &sa, NULL);
	if (argc > 1) {
		get();
		try_read("after exec");
		return 0;
	}
	get();
	try_read("first");
	for (long i = 0; i < 5; i++)
		if (i != 2)
			show("set", prctl(PR_SET_TSC, i, 0, 0, 0));
	show("set SIGSEGV, odd rest", prctl(PR_SET_TSC, PR_TSC_SIGSEGV, 1, 1, 1));
	get();
	try_read("self");
	sched_yield();
	try_read("self, later");
	child();
	pthread_create(&t, NULL, thread, "thread");
	pthread_join(t, NULL);
	if (!fork()) {
		execl("/proc/self/exe", "again", "x", NULL);
		_exit(9);
	}
	wait(NULL);
	/* One that may and one that may not take turns. */
	if (pipe(to) || pipe(from))
		fatal("pipe");
	if (!fork()) {
		show("child: set ENABLE", prctl(PR_SET_TSC, PR_TSC_ENABLE, 0, 0, 0));
		close(to[1]);
		while (read(to[0], &c, 1) == 1) {
			__builtin_ia32_rdtsc();
			(void)!write(from[1], &c, 1);
		}
		_exit(0);
	}
	for (int i = 0; i < 100; i++) {
		(void)!write(to[1], &c, 1);
		(void)!read(from[0], &c, 1);
		ok += prctl(PR_GET_TSC, &st, 0, 0, 0) == 0 && st == PR_TSC_SIGSEGV;
	}
	close(to[1]);
	wait(&st);
	say("turns %d status %d\n", ok, st);
	try_read("after the turns");
	show("set ENABLE", prctl(PR_SET_TSC, PR_TSC_ENABLE, 0, 0, 0));
	try_read("again");
	get();
}
