/*
 * ppoll.c - ppoll(2): the time that is left, the mask, restarts after a signal.
 */
#include "../show.h"
#include <poll.h>

static volatile int caught;
static void on_signal(int sig) { caught++; }

static void later(int ms, int sig)
{
	if (fork() == 0) {
		sleep_ms(ms);
		kill(getppid(), sig);
		_exit(0);
	}
}

static long pp(struct pollfd *p, unsigned n, void *ts, void *mask, size_t size) { return syscall(SYS_ppoll, p, n, ts, mask, size); }

int main(void)
{
	struct timespec t = { 0, 0 }, bad = { 0, -1 }, bad2 = { -1, 0 };
	uint64_t usr1 = 1ul << (SIGUSR1 - 1), none = 0;
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct pollfd p = { -1, 0, 0 };

	show("zero", pp(NULL, 0, &t, NULL, 8));
	show("bad nanoseconds", pp(NULL, 0, &bad, NULL, 8));
	show("negative", pp(NULL, 0, &bad2, NULL, 8));
	show("bad time", pp(NULL, 0, KERNEL_ADDRESS, NULL, 8));
	show("bad mask", pp(NULL, 0, &t, KERNEL_ADDRESS, 8));
	show("bad size", pp(NULL, 0, &t, &none, 4));
	show("bad size, no mask", pp(NULL, 0, &t, NULL, 4));
	show("bad time, bad mask", pp(NULL, 0, KERNEL_ADDRESS, KERNEL_ADDRESS, 8));
	t = (struct timespec){ 0, 10000000 };
	show("ten milliseconds", pp(&p, 1, &t, NULL, 8));
	say("left %ld.%09ld\n", (long)t.tv_sec, t.tv_nsec);
	sigaction(SIGUSR1, &sa, NULL);
	sigprocmask(SIG_BLOCK, (sigset_t *)&usr1, NULL);
	raise(SIGUSR1);
	t = (struct timespec){ 5, 0 };
	show("pending signal let in", pp(&p, 1, &t, &none, 8));
	judge("almost all is left", caught == 1 && t.tv_sec == 4);
	sigprocmask(SIG_UNBLOCK, (sigset_t *)&usr1, NULL);
	later(20, SIGUSR1);
	t = (struct timespec){ 5, 0 };
	show("interrupted, SA_RESTART", pp(&p, 1, &t, NULL, 8));
	wait(NULL);
	later(20, SIGUSR1);
	show("poll, SA_RESTART", poll(&p, 1, 5000));
	wait(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		int64_t at = now_ns();

		if (fork() == 0) {
			sleep_ms(100);                  /* it is within poll by then */
			kill(getppid(), SIGSTOP);
			sleep_ms(350);
			kill(getppid(), SIGCONT);
			_exit(0);
		}
		show("poll over a stop", poll(NULL, 0, 1000));
		judge("not longer for it", within(now_ns() - at, 1000000000, 1300000000));
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	show("read-only time", pp(&p, 1, (void *)&(const struct timespec){ 0, 1000 }, NULL, 8));
	return 0;
}
