/*
 * known.c - stands in for the benchmark program where the counts are known beforehand (suite.py).
 *
 * usage: known --insn [--windows N] NAME | --conflicts K NAME
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define BEGIN ".byte 0x0f,0x1f,0x84,0x00,0x4d,0x42,0x52,0x50\n"
#define END   ".byte 0x0f,0x1f,0x84,0x00,0x4d,0x45,0x52,0x50\n"
#define SET   ".byte 0x0f,0x1f,0x84,0x00,0x4d,0x53,0x52,0x50\n"

static char from[1024], to[1024];

/* 1000 instructions of user mode. */
static void nops(void) { __asm__ volatile(BEGIN ".rept 1000\nnop\n.endr\n" END); }

/* 1 + 2 * 100. */
static void loop(void) { __asm__ volatile(BEGIN "mov $100, %%ecx\n1: dec %%ecx\njnz 1b\n" END ::: "ecx", "cc"); }

/* A REP instruction counts once, whatever it moves. */
#define STRING(name, insn, count, di) \
	static void name(void) \
	{ \
		register void *rdi __asm__("rdi") = di, *rsi __asm__("rsi") = from; \
		register long rcx __asm__("rcx") = count, rax __asm__("rax") = 0; \
		__asm__ volatile(BEGIN insn "\n" END : "+D"(rdi), "+S"(rsi), "+c"(rcx) : "a"(rax) : "memory", "cc"); \
	}
STRING(movsb, "rep movsb", 777, to)
STRING(movsq, "rep movsq", 100, to)
STRING(stosl, "rep stosl", 200, to)
STRING(none, "rep movsb", 0, to)
STRING(cmpsb, "repe cmpsb", 500, to)            /* differ at byte 50: 51 are compared */
STRING(scasb, "repne scasb", 300, to + 100)     /* 0 is found at byte 100 + 200 */
STRING(twice, "rep movsb\nmov $10, %%ecx\nrep movsb", 20, to)

/* One, two and ten calls: what each takes in the kernel must be the same. */
#define CALLS(name, n) \
	static void name(void) \
	{ \
		__asm__ volatile(BEGIN ".rept " #n "\nmov %0, %%eax\nsyscall\n.endr\n" END :: "i"(SYS_getppid) : "rax", "rcx", "r11", "memory"); \
	}
CALLS(calls_1, 1)
CALLS(calls_2, 2)
CALLS(calls_10, 10)

/* Chains of calls: 40 NOPs in known_inner, 30 in known_outer, 20 in a function that it jumps to. */
__asm__(".text\n"
	".type known_inner, @function\nknown_inner: .rept 40\nnop\n.endr\nret\n"
	".type known_jumped, @function\nknown_jumped: .rept 20\nnop\n.endr\ncall known_inner\nret\n"
	".type known_outer, @function\nknown_outer: .rept 30\nnop\n.endr\ncall known_inner\njmp known_jumped\n");
static void chains(void) { __asm__ volatile("sub $128, %%rsp\n" BEGIN "call known_outer\n" END "add $128, %%rsp\n" ::: "memory", "cc"); }

/* A window that stays open, no set: the next job must not see it. */
static void broken(void)
{
	__asm__ volatile(BEGIN ::: "memory");
	printf("{\"name\":\"broken\",\"error\":\"on purpose\"}\n");
	exit(1);
}

static const struct { const char *name; void (*run)(void); } benches[] = {
	{ "nops", nops }, { "loop", loop }, { "movsb", movsb }, { "movsq", movsq }, { "stosl", stosl }, { "none", none },
	{ "cmpsb", cmpsb }, { "scasb", scasb }, { "twice", twice }, { "calls_1", calls_1 }, { "calls_2", calls_2 },
	{ "calls_10", calls_10 }, { "chains", chains }, { "broken", broken },
};

static void fill(void)
{
	memset(from, 1, sizeof from);
	memset(to, 1, sizeof to);
	to[50] = 2;
	to[300] = 0;
}

static int counted(const char *name, int windows)
{
	for (size_t i = 0; i < sizeof benches / sizeof *benches; i++) {
		if (strcmp(benches[i].name, name))
			continue;
		fill();
		benches[i].run();               /* warm: no page is missing below */
		for (int w = 0; w < windows; w++) {
			fill();
			benches[i].run();
		}
		__asm__ volatile(SET ::: "memory");
		printf("{\"name\":\"%s\",\"windows\":%d,\"ops\":1}\n", name, windows);
		return 0;
	}
	return 2;
}

/* k tasks, each on its CPU: "shared" adds to one eventfd, "private" to its own, "user" reads into one line of user memory. */
static int conflicts(const char *name, int k)
{
	struct { atomic_int here, done; char pad[120]; char line[64]; } *m;
	int fd = eventfd(0, EFD_NONBLOCK), failed = 0, status;

	m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	m->line[0] = 1;
	for (int i = 0; i < k; i++) {
		if (fork())
			continue;
		unsigned long cpu = 1ul << i, one = 1;
		int mine = !strcmp(name, "private") ? eventfd(0, EFD_NONBLOCK) : fd;

		if (syscall(SYS_sched_setaffinity, 0, sizeof cpu, &cpu) < 0 || write(mine, &one, 8) != 8)
			_exit(1);
		m->here++;
		while (m->here < k)
			__builtin_ia32_pause();
		__asm__ volatile(BEGIN ::: "memory");
		for (int n = 0; n < 8; n++) {
			if (!strcmp(name, "user"))
				syscall(SYS_getrandom, m->line, 8, 0);
			else
				syscall(SYS_write, mine, &one, 8);
		}
		__asm__ volatile(END ::: "memory");
		m->done++;
		while (m->done < k)
			__builtin_ia32_pause();
		_exit(0);
	}
	while (wait(&status) > 0)
		failed |= status;
	__asm__ volatile(SET ::: "memory");
	printf("{\"name\":\"%s\",\"k\":%d,\"ops\":8}\n", name, k);
	return failed != 0;
}

int main(int argc, char **argv)
{
	int windows = 8;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 3 && !strcmp(argv[1], "--conflicts"))
		return conflicts(argv[3], atoi(argv[2]));
	if (argc > 4 && !strcmp(argv[2], "--windows"))
		windows = atoi(argv[3]);
	return argc > 2 && !strcmp(argv[1], "--insn") ? counted(argv[argc - 1], windows) : 2;
}
