/* Signals to a process of several threads: who takes them, what is common, what is each one's own. */
#include "raw.h"
#include <pthread.h>

static volatile int taker, tid_a, tid_b, go;
static int self(void) { return (int)syscall(SYS_gettid); }
static void handler(int sig) { (void)sig; taker = self(); }
static const char *name(int tid) { return tid == getpid() ? "leader" : tid == tid_a ? "a" : tid == tid_b ? "b" : tid ? "?" : "nobody"; }

static void *run(void *arg)
{
	volatile int *tid = arg;

	raw_mask(SIG_BLOCK, BIT_OF(SIGUSR1), NULL);
	if (tid == &tid_b)
		raw_mask(SIG_UNBLOCK, BIT_OF(SIGUSR1), NULL);
	*tid = self();
	while (!go)
		usleep(1000);
	return NULL;
}

static void await(const char *what)
{
	for (int i = 0; !taker && i < 50; i++)
		usleep(1000);
	say("%s: %s\n", what, name(taker));
	taker = 0;
}

int main(void)
{
	pthread_t a, b;
	uint64_t both = BIT_OF(SIGUSR1) | BIT_OF(SIGUSR2);

	on(SIGUSR1, handler, 0, 0);
	on(SIGUSR2, handler, 0, 0);
	raw_mask(SIG_BLOCK, both, NULL);
	pthread_create(&a, NULL, run, (void *)&tid_a);
	pthread_create(&b, NULL, run, (void *)&tid_b);
	while (!tid_a || !tid_b)
		usleep(1000);
	kill(getpid(), SIGUSR1);
	await("to the process, b alone does not block it");
	kill(getpid(), SIGUSR2);
	await("to the process, all block it");
	say("pending %#lx\n", pending_now() & both);
	syscall(SYS_tgkill, getpid(), tid_a, SIGUSR1);
	await("to a, which blocks it");
	say("pending here %#lx\n", pending_now() & both);
	raw_mask(SIG_UNBLOCK, BIT_OF(SIGUSR2), NULL);
	await("unblocked here");
	syscall(SYS_tgkill, getpid(), tid_b, SIGUSR1);
	await("to b");
	raw_mask(SIG_UNBLOCK, BIT_OF(SIGUSR1), NULL);
	kill(getpid(), SIGUSR1);
	await("to the process, the sender does not block it");
	go = 1;
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	say("pending after a's end %#lx\n", pending_now() & both);
}
