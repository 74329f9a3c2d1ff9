/*
 * cow.c - copies on write after fork: who sees what, in both directions, through three generations.
 */
#include "region.h"

int main(void)
{
	char *r = region_rw(8), *s = mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int a[2], b[2];
	char c;

	(void)!pipe(a), (void)!pipe(b);
	memset(r, 'o', 8 * PAGE);
	if (fork() == 0) {
		r[0] = 'c';
		if (fork() == 0) {
			r[1] = 'g';
			(void)!read(a[0], &c, 1);
			say("grandchild: %c%c%c, page 4 %c, shared %c\n", r[0], r[1], r[2], r[4 * PAGE], s[0]);
			_exit(0);
		}
		(void)!write(b[1], "x", 1);
		wait(NULL);
		say("child: %c%c%c, page 4 %c, shared %c\n", r[0], r[1], r[2], r[4 * PAGE], s[0]);
		_exit(0);
	}
	(void)!read(b[0], &c, 1);
	r[2] = 'p', r[4 * PAGE] = 'P', s[0] = 'S';
	mprotect(r + 4 * PAGE, PAGE, PROT_READ);
	(void)!write(a[1], "x", 1);
	wait(NULL);
	say("parent: %c%c%c, page 4 %c\n", r[0], r[1], r[2], r[4 * PAGE]);
	store("a page that was shared before", r + PAGE);
	if (fork() == 0) {
		int fd = open("/dev/zero", O_RDONLY);

		show("read(2) into a shared page", read(fd, r + 2 * PAGE, 3 * 8));
		_exit(r[2 * PAGE]);
	}
	wait(NULL);
	say("parent keeps %c\n", r[2 * PAGE]);
	return 0;
}
