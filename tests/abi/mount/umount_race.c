/* umount2(2) in all its ways by several at once, of the same mounts: each goes once, and none is left. */
#include "mount.h"
#include <time.h>

#define TASKS 6

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static int is_expected(int r)
{
	return !r || errno == EINVAL || errno == EBUSY || errno == EAGAIN || errno == ENOENT;
}

static void task(int nr, double end)
{
	static const int how[TASKS] = { 0, 0, 2, 4, 0, 2 };
	int ok = 1;

	for (unsigned i = 0; now() < end; i++) {
		const char *at = i & 1 ? "s/a" : "peer/a";

		ok &= is_expected(mount("x", at, "tmpfs", 0, NULL));
		ok &= is_expected(umount2(at, how[nr]));
		if (nr == 4 && i % 8 == 0) {
			ok &= is_expected(mount("s", "other", NULL, MS_BIND, NULL));
			ok &= is_expected(umount2(i & 8 ? "other" : "s/a", i & 16 ? 2 : 0));
		}
		if (nr == 5 && i % 16 == 0 && !fork_with(CLONE_NEWNS)) {
			umount2("s/a", 0);
			_exit(0);
		}
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
	while (wait(NULL) > 0)
		;
	_exit(!ok);
}

static int mounts(void)
{
	char line[512];
	FILE *f = fopen("/proc/self/mountinfo", "r");
	int n = 0;

	while (f && fgets(line, sizeof line, f))
		n += strstr(line, " " AT) != NULL;
	if (f)
		fclose(f);
	return n;
}

int main(void)
{
	double end;
	int before;

	begin();
	dirs("s", "peer", "other", NULL);
	mount("s", "s", "tmpfs", 0, NULL);
	mount(NULL, "s", NULL, MS_SHARED, NULL);
	dirs("s/a", NULL);
	mount("s", "peer", NULL, MS_BIND, NULL);
	before = mounts();
	end = now() + 0.7;
	for (int i = 0; i < TASKS; i++)
		if (!fork())
			task(i, end);
	for (int i = 0; i < TASKS; i++) {
		int status;

		wait(&status);
		if (status)
			say("unexpected: %s\n", ending(status));
	}
	while (!umount2("other", 2))
		;
	while (!umount2("s/a", 2) || !umount2("peer/a", 2))
		;
	say("%d mounts, %d more now\n", before, mounts() - before);
	show("umount", umount("peer"));
	show("umount", umount("s"));
	chdir("/");
	show("all", umount(AT));
	return 0;
}
