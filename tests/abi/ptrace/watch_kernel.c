/* A watched word that the kernel itself touches: nobody is told, and nothing breaks; nor by SYSCALL and INT3 right behind a MOV SS from one. */
#include "../show.h"
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/user.h>

static char buf[64] __attribute__((aligned(64)));
static unsigned short selector __attribute__((aligned(64))) = 0x2b;

static unsigned long debug_get(pid_t pid, int nr)
{
	return ptrace(PTRACE_PEEKUSER, pid, offsetof(struct user, u_debugreg[nr]), 0);
}

static void debug_set(pid_t pid, int nr, unsigned long value)
{
	say("dr%d %ld\n", nr, ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, u_debugreg[nr]), value));
}

static void watched(const int p[2])
{
	long n;

	(void)!write(p[1], "abcdefghijkl", 12);
	n = read(p[0], buf, 12);
	say("the kernel wrote %ld\n", n);
	raise(SIGUSR1);
	*(volatile char *)buf = 'x';
	raise(SIGUSR1);
	__asm__ volatile("mov %1, %%ss\n\tsyscall" : "=a"(n) : "m"(selector), "a"(SYS_getpid) : "rcx", "r11", "memory");
	say("SYSCALL behind MOV SS is %s\n", n == getpid() ? "right" : "wrong");
	raise(SIGUSR1);
	__asm__ volatile("mov %0, %%ss\n\tint3" :: "m"(selector) : "memory");
	say("INT3 behind MOV SS went on\n");
	_exit(0);
}

int main(void)
{
	int p[2], status;
	pid_t pid;

	(void)!pipe(p);
	pid = fork();
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		watched(p);
	}
	waitpid(pid, &status, 0);
	debug_set(pid, 0, (unsigned long)buf);
	debug_set(pid, 1, (unsigned long)&selector);
	debug_set(pid, 7, 3u << 16 | 2u << 18 | 1 | 3u << 20 | 1u << 22 | 4);     /* 8 bytes and 2, read or written */
	ptrace(PTRACE_CONT, pid, 0, 0);
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		int sig = WSTOPSIG(status);

		say("stopped by %s, dr6 %#lx\n", sig == SIGTRAP ? "SIGTRAP" : sig == SIGUSR1 ? "SIGUSR1" : "another", debug_get(pid, 6));
		debug_set(pid, 6, 0);
		ptrace(PTRACE_CONT, pid, 0, 0);
	}
	say("%s\n", ending(status));
	return 0;
}
