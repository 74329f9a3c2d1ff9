/* rt_sigprocmask(2), rt_sigpending(2): sets, sizes, pointers; what cannot be blocked. */
#include "raw.h"

int main(void)
{
	uint64_t old = 1, set;
	char *edge = page_edge();

	raw_mask(SIG_SETMASK, 0, NULL);
	show("block", raw_mask(SIG_BLOCK, BIT_OF(SIGUSR1) | BIT_OF(40), &old));
	say("old %#lx, now %#lx\n", old, mask_now());
	show("unblock", raw_mask(SIG_UNBLOCK, BIT_OF(SIGUSR1), &old));
	say("old %#lx, now %#lx\n", old, mask_now());
	show("set all", raw_mask(SIG_SETMASK, ~0ul, &old));
	say("now %#lx\n", mask_now());
	show("bad how", raw_mask(3, 0, NULL));
	show("bad how, no set", syscall(SYS_rt_sigprocmask, 3, NULL, &old, 8));
	set = 0;
	show("size 4", syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, NULL, 4));
	show("size 16", syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, NULL, 16));
	show("bad set", syscall(SYS_rt_sigprocmask, SIG_SETMASK, edge, NULL, 8));
	show("bad set, bad how", syscall(SYS_rt_sigprocmask, 9, edge, NULL, 8));
	show("set across the edge", syscall(SYS_rt_sigprocmask, SIG_SETMASK, edge - 4, NULL, 8));
	set = BIT_OF(SIGUSR2);
	show("bad old", syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, edge, 8));
	say("set nevertheless: %#lx\n", mask_now());
	kill(getpid(), SIGUSR2);
	kill(getpid(), SIGUSR2);
	say("pending %#lx\n", pending_now());
	show("pending, size 4", syscall(SYS_rt_sigpending, &set, 4));
	show("pending, size 0", syscall(SYS_rt_sigpending, &set, 0));
	show("pending, size 16", syscall(SYS_rt_sigpending, &set, 16));
	show("pending to nowhere", syscall(SYS_rt_sigpending, edge, 8));
	signal(SIGUSR2, SIG_IGN);
	say("ignored: pending %#lx\n", pending_now());
	signal(SIGUSR2, SIG_DFL);
	kill(getpid(), SIGCHLD);
	say("ignored by default, not blocked: pending %#lx\n", pending_now());
	raw_mask(SIG_BLOCK, BIT_OF(SIGCHLD), NULL);
	kill(getpid(), SIGCHLD);
	say("the same, blocked: pending %#lx\n", pending_now());
}
