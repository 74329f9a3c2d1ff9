/* What makes two words one: shared memory between processes, private memory after fork, files at two addresses. */
#include "futex.h"

static void meet(const char *what, volatile uint32_t *mine, volatile uint32_t *theirs, int op)
{
	struct timespec t = { 0, 300000000 };
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(futex(theirs, FUTEX_WAIT | op, 0, &t, NULL, 0) ? errno == ETIMEDOUT ? 1 : 2 : 0);
	await_sleep(pid);
	say("%s: ", what);
	show("woken", futex(mine, FUTEX_WAKE | op, 1, NULL, NULL, 0));
	waitpid(pid, &status, 0);
	say("  the other: %s\n", ending(status));
}

int main(void)
{
	int fd = (int)syscall(SYS_memfd_create, "w", 0);
	volatile uint32_t *anon = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	volatile uint32_t *own = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	volatile uint32_t *x, *y, *z;

	(void)!ftruncate(fd, 2 * PAGE);
	x = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	y = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	z = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, PAGE);
	meet("shared anonymous memory", anon, anon, 0);
	meet("the same, as private words", anon, anon, FUTEX_PRIVATE_FLAG);
	meet("private memory after fork", own, own, 0);
	meet("a file at two addresses", x, y, 0);
	meet("another page of the file", x, z, 0);
	meet("another word of the page", x, y + 1, 0);
}
