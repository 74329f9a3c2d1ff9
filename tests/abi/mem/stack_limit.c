/*
 * stack_limit.c - the stack grows up to RLIMIT_STACK, then SIGSEGV; on another stack it is told.
 */
#include "region.h"
#include <sys/resource.h>

static volatile uintptr_t deepest;

static __attribute__((noinline)) void dig(long pages)
{
	volatile char here[PAGE];

	here[0] = 1;
	deepest = (uintptr_t)here;
	if (pages > 1)
		dig(pages - 1);
	here[1] = 2;
}

static void on_segv(int sig, siginfo_t *i, void *c)
{
	say("overflow: code %d, address %s\n", i->si_code, (uintptr_t)i->si_addr <= deepest ? "below" : "above");
	_exit(3);
}

static void overflow(void)
{
	struct rlimit l = { 256 * 1024, 256 * 1024 };
	stack_t alt = { .ss_sp = region_rw(8), .ss_size = 8 * PAGE };
	struct sigaction sa = { .sa_sigaction = on_segv, .sa_flags = SA_SIGINFO | SA_ONSTACK };

	sigaltstack(&alt, NULL);
	sigaction(SIGSEGV, &sa, NULL);
	setrlimit(RLIMIT_STACK, &l);
	dig(20);
	say("20 pages fit\n");
	dig(200);
	say("200 pages fit\n");
}

static void without_handler(void)
{
	struct rlimit l = { 256 * 1024, 256 * 1024 }, none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	setrlimit(RLIMIT_STACK, &l);
	dig(200);
}

static void raised(void)
{
	struct rlimit l = { 2 << 20, RLIM_INFINITY };

	setrlimit(RLIMIT_STACK, &l);
	dig(400);
	say("400 pages fit\n");
}

int main(void)
{
	in_child("overflow", overflow);
	in_child("without a handler", without_handler);
	in_child("raised", raised);
	return 0;
}
