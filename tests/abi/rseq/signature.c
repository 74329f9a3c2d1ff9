/* signature.c - no signature before the abort address: SIGSEGV. Its handler runs once, with the signal blocked, and to return is death. */
#include "rseq.h"
#include <sys/resource.h>

static struct area a;
static struct cs cs;
static volatile int *counts;                    /* shared: runs of SIGSEGV's handler, its si_code, runs of SIGALRM's */
extern char seq_start[], seq_end[], seq_abort[];

void sequence(struct area *area, struct cs *cs);
__asm__(
"	.text\n"
"	.globl	sequence, seq_start, seq_end, seq_abort\n"
"sequence:\n"
"	mov	%rsi, 8(%rdi)\n"
"seq_start:\n"
"1:	jmp	1b\n"
"seq_end:\n"
"	.long	0x53053053\n"
"seq_abort:\n"
"	ret\n");

static void on_segv(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	counts[0]++;
	counts[1] = info->si_code;
}

static void on_alarm(int sig)
{
	(void)sig;
	counts[2]++;
}

static void child(int flags, bool catches, bool blocks, unsigned sig)
{
	struct sigaction sa = { .sa_sigaction = on_segv, .sa_flags = SA_SIGINFO | flags };
	struct rlimit none = { 0, 0 };
	sigset_t set;

	setrlimit(RLIMIT_CORE, &none);
	if (catches)
		sigaction(SIGSEGV, &sa, NULL);
	signal(SIGALRM, on_alarm);
	sigemptyset(&set);
	sigaddset(&set, SIGSEGV);
	if (blocks)
		sigprocmask(SIG_BLOCK, &set, NULL);
	cs = (struct cs){ .start_ip = (uintptr_t)seq_start, .post_commit_offset = seq_end - seq_start, .abort_ip = (uintptr_t)seq_abort };
	show("register", rseq(&a, 32, 0, sig));
	tick_every(20);
	sequence(&a, &cs);
	tick_every(0);
	_exit(3);
}

static void try(const char *what, int flags, bool catches, bool blocks, unsigned sig)
{
	int status;
	pid_t pid;

	counts[0] = counts[1] = counts[2] = 0;
	pid = fork();
	if (!pid)
		child(flags, catches, blocks, sig);
	waitpid(pid, &status, 0);
	say("%s: %s %d, handled %d with code %d%s\n", what, WIFSIGNALED(status) ? "killed by" : "exit", WIFSIGNALED(status) ?
	    WTERMSIG(status) : WEXITSTATUS(status), counts[0], counts[1], sig != SIG && counts[2] ? ", and SIGALRM's ran" : "");
}

int main(void)
{
	counts = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	try("right", 0, true, false, SIG);
	try("not caught", 0, false, false, SIG + 1);
	try("caught", 0, true, false, SIG + 1);
	try("caught, not deferred", SA_NODEFER, true, false, SIG + 1);
	try("caught once", SA_RESETHAND, true, false, SIG + 1);
	try("caught, blocked", 0, true, true, SIG + 1);
	return 0;
}
