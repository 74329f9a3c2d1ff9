/*
 * threads.c - musl's threads: creation, thread-local storage, mutexes,
 * conditions, barriers, joining, cancellation, signals to one thread, exit of
 * the group from any thread, and the futex calls below them.
 * limit: 60
 */
#include "show.h"
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static long total;
static __thread int mine;

static void *add(void *arg)
{
	mine = (intptr_t)arg;
	for (int i = 0; i < 5000; i++) {
		pthread_mutex_lock(&lock);
		total++;
		pthread_mutex_unlock(&lock);
	}
	return (void *)(intptr_t)(mine * 2);
}

static void mutexes(void)
{
	pthread_t t[8];
	void *r;
	long sum = 0;

	for (intptr_t i = 0; i < 8; i++)
		if (pthread_create(&t[i], NULL, add, (void *)i))
			fatal("pthread_create");
	for (int i = 0; i < 8; i++) {
		pthread_join(t[i], &r);
		sum += (intptr_t)r;
	}
	say("total %ld, returned %ld\n", total, sum);
}

static int turn;

static void *player(void *arg)
{
	int me = (intptr_t)arg;

	for (int i = 0; i < 500; i++) {
		pthread_mutex_lock(&lock);
		while (turn != me)
			pthread_cond_wait(&cond, &lock);
		turn = !me;
		pthread_cond_signal(&cond);
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

static void conditions(void)
{
	pthread_t t[2];

	for (intptr_t i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, player, (void *)i);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	say("ping-pong ended, turn %d\n", turn);
}

static void timed(void)
{
	struct timespec t;
	int64_t start = now_ns();
	int r;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += 50000000;
	if (t.tv_nsec >= 1000000000)
		t.tv_nsec -= 1000000000, t.tv_sec++;
	pthread_mutex_lock(&lock);
	r = pthread_cond_timedwait(&cond, &lock, &t);
	pthread_mutex_unlock(&lock);
	say("timed wait: %s, %s\n", errno_name(r),
	    within(now_ns() - start, 40000000, 3000000000ll) ? "in time" : "AT THE WRONG TIME");
}

static pthread_barrier_t barrier;
static int phase[4];

static void *phases(void *arg)
{
	int me = (intptr_t)arg, bad = 0;

	for (int p = 1; p <= 50; p++) {
		phase[me] = p;
		pthread_barrier_wait(&barrier);
		for (int i = 0; i < 4; i++)
			bad += phase[i] != p;
		pthread_barrier_wait(&barrier);
	}
	return (void *)(intptr_t)bad;
}

static void barriers(void)
{
	pthread_t t[4];
	void *r;
	long bad = 0;

	pthread_barrier_init(&barrier, NULL, 4);
	for (intptr_t i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, phases, (void *)i);
	for (int i = 0; i < 4; i++) {
		pthread_join(t[i], &r);
		bad += (intptr_t)r;
	}
	show("threads out of phase", bad);
}

static void *sleeper(void *arg)
{
	(void)arg;
	sleep(100);
	return NULL;
}

static void cancelled(void)
{
	pthread_t t;
	void *r;

	pthread_create(&t, NULL, sleeper, NULL);
	sleep_ms(20);
	pthread_cancel(t);
	pthread_join(t, &r);
	judge("a sleeping thread is cancelled", r == PTHREAD_CANCELED);
}

static volatile pid_t handled_by;

static void handler(int sig) { (void)sig; handled_by = syscall(SYS_gettid); }

static void *waits_for_signal(void *arg)
{
	*(volatile pid_t *)arg = syscall(SYS_gettid);
	while (!handled_by)
		sleep_ms(5);
	return NULL;
}

static void signals(void)
{
	volatile pid_t tid = 0;
	pthread_t t;

	signal(SIGUSR1, handler);
	pthread_create(&t, NULL, waits_for_signal, (void *)&tid);
	while (!tid)
		sched_yield();
	pthread_kill(t, SIGUSR1);
	pthread_join(t, NULL);
	judge("a signal to a thread is handled by it", handled_by == tid);
	judge("threads have one pid and own tids", tid != getpid() && syscall(SYS_gettid) == getpid());
	/* its last moments in the kernel may come after the join */
	for (int i = 0; i < 1000 && !syscall(SYS_tgkill, getpid(), tid, 0); i++)
		sleep_ms(1);
	show("a dead thread gets no signal", syscall(SYS_tgkill, getpid(), tid, 0));
}

static void *exits_group(void *arg)
{
	(void)arg;
	sleep_ms(20);
	exit(23);
}

static void group_exit(void)
{
	pthread_t t;

	pthread_create(&t, NULL, exits_group, NULL);
	for (;;)
		pause();
}

static void *outlives(void *arg)
{
	(void)arg;
	sleep_ms(60);
	say("the other thread goes on\n");
	exit(7);
}

static void leader_exits(void)
{
	pthread_t t;

	pthread_create(&t, NULL, outlives, NULL);
	pthread_exit(NULL);
}

static void *execs(void *arg)
{
	(void)arg;
	execl("/bin/busybox", "sh", "-c", "exit 9", NULL);
	return NULL;
}

static void exec_in_thread(void)
{
	pthread_t t, u;

	pthread_create(&u, NULL, sleeper, NULL);
	pthread_create(&t, NULL, execs, NULL);
	for (;;)
		pause();
}

static void *crashes(void *arg)
{
	(void)arg;
	*(volatile int *)8 = 1;
	return NULL;
}

static void crash_in_thread(void)
{
	pthread_t t;

	pthread_create(&t, NULL, crashes, NULL);
	for (;;)
		pause();
}

static void *forks(void *arg)
{
	pid_t pid = fork();

	(void)arg;
	if (pid == 0) {
		char line[256];
		FILE *f = fopen("/proc/self/status", "r");

		while (f && fgets(line, sizeof line, f))
			if (!strncmp(line, "Threads:", 8))
				say("after fork in a thread: %s", line);
		_exit(getpid() == syscall(SYS_gettid) ? 3 : 4);
	}
	return (void *)(intptr_t)pid;
}

static void fork_in_thread(void)
{
	pthread_t t;
	void *r;
	int status;

	pthread_create(&t, NULL, forks, NULL);
	pthread_join(t, &r);
	say("wait by another thread: %s\n",
	    waitpid((intptr_t)r, &status, 0) > 0 ? ending(status) : errno_name(errno));
}

static void *nothing(void *arg) { return arg; }

static void many(void)
{
	long made = 0;

	for (int round = 0; round < 20; round++) {
		pthread_t t[20];

		for (int i = 0; i < 20; i++)
			made += !pthread_create(&t[i], NULL, nothing, NULL);
		for (int i = 0; i < 20; i++)
			pthread_join(t[i], NULL);
	}
	show("threads made and joined", made);
}

static void robust(void)
{
	int *word = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct timespec t = { 0, 30000000 };
	int status;
	pid_t pid;

	show("futex wait, other value", syscall(SYS_futex, word, 0, 1, NULL, NULL, 0));
	show("futex wait, time out", syscall(SYS_futex, word, 0, 0, &t, NULL, 0));
	show("futex wake, nobody", syscall(SYS_futex, word, 1, 1, NULL, NULL, 0));
	for (int i = 0; i < 3; i++)
		if (fork() == 0)
			_exit(syscall(SYS_futex, word, 0, 0, NULL, NULL, 0) ? 1 : 0);
	sleep_ms(100);
	show("futex wake 2 of 3 processes", syscall(SYS_futex, word, 1, 2, NULL, NULL, 0));
	show("futex requeue the third", syscall(SYS_futex, word, 3, 0, 5l, word + 1, 0));
	show("futex wake where it was", syscall(SYS_futex, word, 1, 9, NULL, NULL, 0));
	show("futex wake where it is", syscall(SYS_futex, word + 1, 1, 9, NULL, NULL, 0));
	for (int bad = 0, i = 0; i < 3; i++) {
		wait(&status);
		bad += status != 0;
		if (i == 2)
			show("waiters that ended badly", bad);
	}
	pid = fork();
	if (pid == 0) {
		struct sigaction sa = { .sa_handler = handler };

		sigaction(SIGALRM, &sa, NULL);
		tick_every(50);
		show("futex wait, signal", syscall(SYS_futex, word, 0, 0, NULL, NULL, 0));
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	show("futex wait bitset 0", syscall(SYS_futex, word, 9, 0, NULL, NULL, 0));
	show("futex private wake", syscall(SYS_futex, word, 1 | 128, 1, NULL, NULL, 0));
	show("futex cmp requeue, other value", syscall(SYS_futex, word, 4, 1, 1l, word + 1, 5));
}

int main(void)
{
	mutexes();
	conditions();
	timed();
	barriers();
	cancelled();
	signals();
	fork_in_thread();
	many();
	in_child("exit in a thread", group_exit);
	in_child("the first thread leaves", leader_exits);
	in_child("exec in a thread", exec_in_thread);
	in_child("crash in a thread", crash_in_thread);
	robust();
	return 0;
}
