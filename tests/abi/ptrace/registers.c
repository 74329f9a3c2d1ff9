/*
 * registers.c - a debugger's view of what the processor has: xcr0 in the XSAVE area's software
 * bytes (not what a signal frame has there), the legacy part set alone, DR6 and its steps.
 */
#include "../show.h"
#include <elf.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <cpuid.h>

#define DEBUG(n) (offsetof(struct user, u_debugreg) + 8 * (n))

static uint64_t area[2048];

static uint64_t processor_has(void)
{
	unsigned a, b, c, d;

	__cpuid_count(0xd, 0, a, b, c, d);
	return (uint64_t)d << 32 | a;
}

static void software(const char *what, const uint64_t *sw)
{
	say("%s: legacy and AVX %d, none the processor lacks %d, others %llx %llx %llx %llx %llx\n", what, (int)(sw[0] & 7),
	    !(sw[0] & ~processor_has()), (unsigned long long)sw[1], (unsigned long long)sw[2], (unsigned long long)sw[3],
	    (unsigned long long)sw[4], (unsigned long long)sw[5]);
}

static size_t get(pid_t pid)
{
	struct iovec iov = { area, sizeof area };

	say("get %ld\n", ptrace(PTRACE_GETREGSET, pid, NT_X86_XSTATE, &iov));
	return iov.iov_len;
}

static void child(void)
{
	uint64_t v[4] = { 1, 2, 3, 4 }, w[4] = { 0 };

	ptrace(PTRACE_TRACEME, 0, 0, 0);
	/* The stop in the middle: kill(getpid(), SIGSTOP), the registers' values before and after. */
	__asm__ volatile("vmovdqu (%[v]), %%ymm5\n\tsyscall\n\tvmovdqu %%ymm5, (%[w])\n\tvzeroupper"
			 : : "a"(SYS_kill), "D"(getpid()), "S"(SIGSTOP), [v] "r"(v), [w] "r"(w) : "rcx", "r11", "memory", "xmm5");
	say("ymm5: %d %d %d %d\n", (int)w[0], (int)w[1], (int)w[2], (int)w[3]);
	_exit(0);
}

static unsigned long debug(pid_t pid, int n)
{
	return ptrace(PTRACE_PEEKUSER, pid, DEBUG(n), 0);
}

int main(void)
{
	struct user_fpregs_struct fp;
	pid_t pid = fork();
	int status;
	long went_on;

	if (!pid)
		child();
	waitpid(pid, &status, 0);
	say("larger than the legacy part: %d\n", get(pid) > 576);
	software("XSTATE", area + 58);
	say("held: %d, by xcr0: %d, header's rest %llx %llx\n", (int)(area[64] & 7), !(area[64] & ~area[58]),
	    (unsigned long long)area[65], (unsigned long long)area[66]);
	say("xmm5: %d %d\n", (int)area[30], (int)area[31]);

	struct iovec iov = { area, 512 };
	say("PRFPREG %ld of %zu\n", ptrace(PTRACE_GETREGSET, pid, NT_PRFPREG, &iov), iov.iov_len);
	software("PRFPREG", area + 58);
	say("GETFPREGS %ld\n", ptrace(PTRACE_GETFPREGS, pid, 0, &fp));
	software("GETFPREGS", (uint64_t *)&fp + 58);
	((uint64_t *)&fp)[30] = 11;
	((uint64_t *)&fp)[58] = ~0ull;
	say("SETFPREGS %ld\n", ptrace(PTRACE_SETFPREGS, pid, 0, &fp));
	get(pid);
	software("after it", area + 58);
	say("xmm5: %d %d, AVX held: %d\n", (int)area[30], (int)area[31], (int)(area[64] >> 2 & 1));

	for (int i = 0; i < 8; i++)
		say("dr%d %lx\n", i, debug(pid, i));
	for (int i = 0; i < 2; i++) {
		say("step %ld\n", ptrace(PTRACE_SINGLESTEP, pid, 0, 0));
		waitpid(pid, &status, 0);
		say("stop %d, dr6 %lx\n", WSTOPSIG(status), debug(pid, 6));
	}
	say("set dr6 %ld\n", ptrace(PTRACE_POKEUSER, pid, DEBUG(6), 0));
	say("dr6 %lx\n", debug(pid, 6));
	say("set dr6 %ld\n", ptrace(PTRACE_POKEUSER, pid, DEBUG(6), 0xffff0ff0));
	say("dr6 %lx\n", debug(pid, 6));
	went_on = ptrace(PTRACE_CONT, pid, 0, 0);
	waitpid(pid, &status, 0);                       /* it prints, too: before us */
	say("go on %ld\n", went_on);
	say("exit %d\n", WEXITSTATUS(status));
	return 0;
}
