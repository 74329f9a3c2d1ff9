/* A fault whose signal is blocked or ignored ends the process all the same; so does a frame that cannot be built or read. */
#include "raw.h"
#include <sys/resource.h>

static void fault(void) { *(volatile char *)8 = 1; }
static void blocked(void) { raw_mask(SIG_BLOCK, BIT_OF(SIGSEGV), NULL); fault(); }
static void ignored(void) { signal(SIGSEGV, SIG_IGN); fault(); }
static void handler(int sig) { (void)sig; say("handled\n"); fault(); }
static void in_handler(void) { on(SIGSEGV, handler, 0, 0); fault(); }
static void blocked_handler(void) { on(SIGSEGV, handler, 0, 0); blocked(); }
static void sent_blocked(void) { raw_mask(SIG_BLOCK, BIT_OF(SIGSEGV), NULL); raise(SIGSEGV); say("alive\n"); }
static void sent_ignored(void) { signal(SIGSEGV, SIG_IGN); raise(SIGSEGV); say("alive\n"); }
static void no_stack(void)
{
	on(SIGUSR1, handler, 0, 0);
	__asm__ volatile("mov %0, %%rsp; mov $39, %%eax; syscall; mov %%eax, %%edi; mov $10, %%esi; mov $62, %%eax; syscall; ud2"
			 :: "r"(64l) : "memory");
}
static void bad_return(void) { __asm__ volatile("mov $64, %%rsp; mov $15, %%eax; syscall; ud2" ::: "memory"); }
static void bad_handler(void) { on(SIGUSR1, (void *)NON_CANONICAL, 0, 0); raise(SIGUSR1); say("alive\n"); }
static void nothing_there(void) { on(SIGUSR1, (void *)16, 0, 0); raise(SIGUSR1); say("alive\n"); }
static void trap(void) { signal(SIGTRAP, SIG_IGN); __asm__ volatile("int3"); say("alive\n"); }

static void run(const char *what, void (*f)(void))
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		f();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	say("%s: %s\n", what, ending(status));
}

int main(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	run("blocked", blocked);
	run("ignored", ignored);
	run("again in the handler", in_handler);
	run("blocked, with a handler", blocked_handler);
	run("sent while blocked", sent_blocked);
	run("sent while ignored", sent_ignored);
	run("no stack", no_stack);
	run("return without a frame", bad_return);
	run("handler at a bad address", bad_handler);
	run("handler where nothing is", nothing_there);
	run("int3 ignored", trap);
}
