/* huge_switch.c - who gets huge pages: /sys/kernel/mm/transparent_hugepage/enabled, madvise(2), prctl(2), the range. */
#include "huge.h"

static void enabled(void)
{
	char line[64] = "";
	int fd = open(ENABLED, O_RDONLY);

	(void)!read(fd, line, sizeof line - 1);
	close(fd);
	say("enabled: %s", line);
}

static void put(const char *what)
{
	int fd = open(ENABLED, O_WRONLY);
	long n = write(fd, what, strlen(what));

	say("write %zu bytes: %ld %s\n", strlen(what), n, n < 0 ? strerror(errno) : "");
	close(fd);
	enabled();
}

static void touch(const char *what, int advice)
{
	char *p = huge_map(1, PROT_READ | PROT_WRITE);

	if (advice)
		say("madvise: %d\n", madvise(p, HUGE, advice));
	p[5 * PAGE] = 1;
	huge_show(what, p, HUGE);
	munmap(p, HUGE);
}

static void all(void)
{
	touch("plain", 0);
	touch("advised", MADV_HUGEPAGE);
	touch("advised against", MADV_NOHUGEPAGE);
}

int main(void)
{
	char *p;

	huge_on("never");
	enabled();
	all();
	put("madvise\n");
	all();
	put("always");
	all();
	put("alw");
	put("always x");
	put("");
	say("set: %d\n", prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0));
	say("get: %d\n", prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
	touch("forbidden to the process", MADV_HUGEPAGE);
	if (!fork()) {
		say("the child: %d\n", prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
		prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
		touch("allowed to the child", 0);
		_exit(0);
	}
	wait(NULL);
	say("the parent: %d\n", prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
	prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
	p = huge_map(2, PROT_READ | PROT_WRITE);
	madvise(p + HUGE, HUGE, MADV_HUGEPAGE);
	munmap(p, PAGE), munmap(p + 2 * HUGE - PAGE, PAGE);
	p[HUGE / 2] = p[HUGE + HUGE / 2] = 1;
	huge_show("a page short at both ends", p + PAGE, 2 * HUGE - 2 * PAGE);
	p = huge_map(1, PROT_READ);
	mprotect(p, HUGE, PROT_READ | PROT_WRITE);
	p[0] = 1;
	huge_show("writable later", p, HUGE);
	p = mmap(NULL, 4 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
	p[2 * HUGE] = 1;
	huge_show("for a stack", p, 4 * HUGE);
	p = mmap(NULL, 4 * HUGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	p[2 * HUGE] = 1;
	huge_show("shared", p, 4 * HUGE);
	put("never");
	return 0;
}
