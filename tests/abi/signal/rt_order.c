/* Pending signals: ordinary ones once, real-time ones all; lowest number first, each number in order of sending. */
#include "raw.h"

static void handler(int sig, siginfo_t *si, void *u)
{
	(void)u;
	say("%d code %d value %d\n", sig, si->si_code, si->si_code == SI_QUEUE ? si->si_value.sival_int : 0);
}

int main(void)
{
	static const int sigs[] = { 36, SIGUSR1, 35, 36, SIGTERM, 64, 35, SIGUSR1, SIGSEGV };
	union sigval v;

	raw_mask(SIG_SETMASK, ~0ul, NULL);
	for (int s = 1; s <= 64; s++)
		if (s != SIGKILL && s != SIGSTOP)
			on(s, handler, SA_SIGINFO, ~0ul);
	for (int i = 0; i < 9; i++) {
		v.sival_int = i;
		if (sigqueue(getpid(), sigs[i], v))
			say("sigqueue: %s\n", errno_name(errno));
	}
	kill(getpid(), 35);
	syscall(SYS_tkill, syscall(SYS_gettid), 35);
	kill(getpid(), SIGUSR1);
	say("pending %#lx\n", pending_now());
	for (int n = 0; n < 64; n++) {                   /* one at a time: the order is the kernel's */
		siginfo_t si;
		uint64_t all = BIT_OF(36) | BIT_OF(SIGTERM);
		struct timespec zero = { 0, 0 };

		if (syscall(SYS_rt_sigtimedwait, &all, &si, &zero, 8) < 0)
			break;
		say("taken: %d value %d\n", si.si_signo, si.si_value.sival_int);
	}
	say("delivered, the last handler first:\n");
	raw_mask(SIG_SETMASK, 0, NULL);
	say("pending %#lx\n", pending_now());
}
