/* A file with thousands of mappings, and one with many private copies: truncated, punched, sealed, while others map and unmap it. */
#include "../show.h"
#include <linux/falloc.h>
#include <setjmp.h>

#define N 1200
#define PAGES 16

static sigjmp_buf env;

static void on_bus(int sig)
{
	(void)sig;
	siglongjmp(env, 1);
}

/* Does a read of it end by SIGBUS? */
static bool is_gone(volatile char *p)
{
	if (sigsetjmp(env, 1))
		return true;
	(void)*p;
	return false;
}

static char *map(int fd, unsigned long page, int flags)
{
	char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, flags, fd, (off_t)(page * PAGE));

	if (p == MAP_FAILED)
		fatal("mmap");
	return p;
}

/* Another process changes the list of mappings all the time, splits and joins some. */
static pid_t disturb(int fd)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	alarm(20);
	for (;;) {
		char *p = mmap(NULL, 3 * PAGE, PROT_READ, MAP_SHARED, fd, 0);

		mprotect(p + PAGE, PAGE, PROT_READ | PROT_WRITE);
		mprotect(p + PAGE, PAGE, PROT_READ);
		if (fork() == 0)
			_exit(0);
		wait(NULL);
		munmap(p, 3 * PAGE);
	}
}

static char *maps[N];

static int count_gone(void)
{
	int n = 0;

	for (int i = 0; i < N; i++)
		n += is_gone(maps[i]);
	return n;
}

static int count(char c)
{
	int n = 0;

	for (int i = 0; i < N; i++)
		n += *maps[i] == c;
	return n;
}

int main(void)
{
	int fd = memfd_create("often", MFD_ALLOW_SEALING);
	size_t len = 1024 * PAGE;
	char *private;
	pid_t pid;
	int n = 0;

	signal(SIGBUS, on_bus);
	if (ftruncate(fd, PAGES * PAGE))
		fatal("ftruncate");
	for (int i = 0; i < N; i++) {
		maps[i] = map(fd, i % PAGES, i % 3 ? MAP_SHARED : MAP_PRIVATE);
		*maps[i] = 'a';
	}
	pid = disturb(fd);
	for (int i = 0; i < 3; i++) {
		show("punch", fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 8 * PAGE));
		say("%d zero, %d a\n", count(0), count('a'));
		show("truncate", ftruncate(fd, 4 * PAGE));
		say("%d gone\n", count_gone());
		show("longer", ftruncate(fd, PAGES * PAGE));
		say("%d gone, %d zero\n", count_gone(), count(0));
		for (int k = 0; k < N; k++)
			*maps[k] = 'a';
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);

	private = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	show("long", ftruncate(fd, (off_t)len));
	memset(private, 'p', len);
	show("punch all", fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, (off_t)len));
	for (size_t i = 0; i < len; i += PAGE)
		n += private[i] == 'p';
	say("%d copies stay\n", n);
	show("truncate to 10 pages", ftruncate(fd, 10 * PAGE));
	n = 0;
	for (size_t i = 0; i < len; i += PAGE)
		n += is_gone(private + i);
	say("%d copies gone\n", n);
	show("seal", fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
	for (int i = 0; i < N; i++)
		if (i % 3)
			munmap(maps[i], PAGE);
	show("seal, no shared mapping left", fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
}
