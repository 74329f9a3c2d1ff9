/*
 * owner.c - F_SETOWN, F_SETOWN_EX, F_SETSIG and the SIGIO they bring.
 */
#include "../show.h"

int main(void)
{
	struct f_owner_ex ex = { 77, 77 };
	struct timespec zero = { 0, 0 };
	sigset_t set;
	siginfo_t si;
	int p[2], fd = open("f", O_RDWR | O_CREAT, 0600);
	char c;

	sigemptyset(&set), sigaddset(&set, SIGIO), sigaddset(&set, SIGUSR1), sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	(void)!pipe(p);
	show("getown", fcntl(p[0], F_GETOWN));
	show("getown_ex", fcntl(p[0], F_GETOWN_EX, &ex));
	say("type %d pid %d\n", ex.type, ex.pid);
	show("setown nobody", fcntl(p[0], F_SETOWN, 999999));
	show("setown", fcntl(p[0], F_SETOWN, getpid()));
	judge("is me", fcntl(p[0], F_GETOWN) == getpid());
	fcntl(p[0], F_GETOWN_EX, &ex);
	say("type %d, me %d\n", ex.type, ex.pid == getpid());
	show("setown group", fcntl(p[0], F_SETOWN, -getpgrp()));
	fcntl(p[0], F_GETOWN_EX, &ex);
	say("type %d, group %d\n", ex.type, ex.pid == getpgrp());
	show("setown smallest", fcntl(p[0], F_SETOWN, 0x80000000));
	ex = (struct f_owner_ex){ 9, getpid() };
	show("bad type", fcntl(p[0], F_SETOWN_EX, &ex));
	ex = (struct f_owner_ex){ F_OWNER_PID, 999999 };
	show("nobody", fcntl(p[0], F_SETOWN_EX, &ex));
	ex = (struct f_owner_ex){ F_OWNER_PID, -5 };
	show("negative", fcntl(p[0], F_SETOWN_EX, &ex));
	ex = (struct f_owner_ex){ F_OWNER_TID, getpid() };
	show("thread", fcntl(p[0], F_SETOWN_EX, &ex));
	show("bad pointer", fcntl(p[0], F_SETOWN_EX, KERNEL_ADDRESS));
	show("getsig", fcntl(p[0], F_GETSIG));
	show("setsig 65", fcntl(p[0], F_SETSIG, 65));
	show("setsig -1", fcntl(p[0], F_SETSIG, -1));
	show("async", fcntl(p[0], F_SETFL, O_ASYNC));
	(void)!write(p[1], "x", 1);
	show("signal", sigtimedwait(&set, &si, &zero) == SIGIO);
	show("setsig", fcntl(p[0], F_SETSIG, SIGRTMIN));
	judge("getsig", fcntl(p[0], F_GETSIG) == SIGRTMIN);
	(void)!read(p[0], &c, 1), (void)!write(p[1], "x", 1);
	show("real-time signal", sigtimedwait(&set, &si, &zero) == SIGRTMIN);
	say("code %d fd %d band %#lx\n", si.si_code, si.si_fd == p[0], si.si_band);
	show("async off", fcntl(p[0], F_SETFL, 0));
	(void)!read(p[0], &c, 1), (void)!write(p[1], "x", 1);
	show("no signal", sigtimedwait(&set, &si, &zero));
	show("of a file", fcntl(fd, F_SETOWN, getpid()));
	show("owner 0", fcntl(fd, F_SETOWN, 0));
	show("getown", fcntl(fd, F_GETOWN));
	return 0;
}
