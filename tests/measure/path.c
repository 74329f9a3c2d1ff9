/*
 * path.c - one system call between two markers, many times (tools/plugin/insn.c counts).
 *
 * usage: path getpid|read_null|write_null|stat|open_close|fork_exit [ROUNDS]
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARK_BEGIN() __asm__ volatile(".byte 0x0f,0x1f,0x84,0x00,0x4d,0x42,0x52,0x50" ::: "memory")
#define MARK_END()   __asm__ volatile(".byte 0x0f,0x1f,0x84,0x00,0x4d,0x45,0x52,0x50" ::: "memory")
#define MEASURE(work) do { MARK_BEGIN(); work; MARK_END(); } while (0)

static int null_fd;
static char byte;

static inline long call3(long nr, long a, long b, long c)
{
	long r;

	__asm__ volatile("syscall" : "=a"(r) : "a"(nr), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return r;
}

static void do_getpid(void) { MEASURE(call3(SYS_getpid, 0, 0, 0)); }
static void do_read_null(void) { MEASURE(call3(SYS_read, null_fd, (long)&byte, 1)); }
static void do_write_null(void) { MEASURE(call3(SYS_write, null_fd, (long)&byte, 1)); }

static void do_stat(void)
{
	struct stat st;

	MEASURE(call3(SYS_stat, (long)"/tmp", (long)&st, 0));
}

static void do_open_close(void)
{
	MEASURE(call3(SYS_close, call3(SYS_open, (long)"/tmp", O_RDONLY, 0), 0, 0));
}

static void do_fork_exit(void)
{
	MARK_BEGIN();
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	MARK_END();
}

static const struct { const char *name; void (*run)(void); } paths[] = {
	{ "getpid", do_getpid }, { "read_null", do_read_null }, { "write_null", do_write_null },
	{ "stat", do_stat }, { "open_close", do_open_close }, { "fork_exit", do_fork_exit },
};

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[2]) : 100;

	null_fd = open("/dev/null", O_RDWR);
	for (size_t i = 0; argc > 1 && i < sizeof paths / sizeof paths[0]; i++)
		if (!strcmp(argv[1], paths[i].name)) {
			for (int n = 0; n < rounds; n++)
				paths[i].run();
			return 0;
		}
	fprintf(stderr, "usage: path getpid|read_null|write_null|stat|open_close|fork_exit [ROUNDS]\n");
	return 2;
}
