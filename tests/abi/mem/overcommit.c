/*
 * overcommit.c - /proc/sys/vm/overcommit_memory: heuristic, always, never beyond the limit.
 */
#include "region.h"
#include <sys/sysinfo.h>

static void mode(const char *m)
{
	int fd = open("/proc/sys/vm/overcommit_memory", O_RDWR);

	if (write(fd, m, strlen(m)) < 0)
		say("mode %s: %s\n", m, errno_name(errno));
	else
		say("mode %s\n", m);
	close(fd);
}

static void tries(size_t ram)
{
	void *p;

	try_map("half of RAM", NULL, ram / 2 & -PAGE, RW, ANON, -1, 0);
	try_map("twice RAM", NULL, 2 * ram & -PAGE, RW, ANON, -1, 0);
	try_map("twice RAM, noreserve", NULL, 2 * ram & -PAGE, RW, ANON | MAP_NORESERVE, -1, 0);
	try_map("twice RAM, read-only", NULL, 2 * ram & -PAGE, PROT_READ, ANON, -1, 0);
	try_map("twice RAM, shared", NULL, 2 * ram & -PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	p = mmap(NULL, 2 * ram & -PAGE, PROT_NONE, ANON, -1, 0);
	show("twice RAM made writable", mprotect(p, 2 * ram & -PAGE, RW));
	munmap(p, 2 * ram & -PAGE);
	p = mmap(NULL, PAGE, RW, ANON, -1, 0);
	p = mremap(p, PAGE, 2 * ram & -PAGE, MREMAP_MAYMOVE);
	show_ok("mremap to twice RAM", (long)p);
	if (p != MAP_FAILED)
		munmap(p, 2 * ram & -PAGE);
}

int main(void)
{
	struct sysinfo s;
	size_t ram, limit, room;
	void *p, *q;

	sysinfo(&s);
	ram = s.totalram * s.mem_unit;
	mode("0");
	tries(ram);
	mode("1");
	tries(ram);
	mode("2");
	tries(ram);
	limit = field_kb("/proc/meminfo", "CommitLimit:");
	judge("CommitLimit is half of RAM", limit * 1024 > ram / 2 - (1 << 20) && limit * 1024 < ram / 2 + (1 << 20));
	room = (limit - field_kb("/proc/meminfo", "Committed_AS:")) * 1024 & -PAGE;
	p = mmap(NULL, room / 4 * 3 & -PAGE, RW, ANON, -1, 0);
	show_ok("three quarters of the rest", (long)p);
	judge("Committed_AS tells", (field_kb("/proc/meminfo", "Committed_AS:") - (long)(limit - room / 1024)) * 1024l > (long)room / 2);
	q = mmap(NULL, room / 2 & -PAGE, RW, ANON, -1, 0);
	show_ok("half of the rest", (long)q);
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	say("fork: %s\n", pid < 0 ? errno_name(errno) : "ok");
	if (pid > 0)
		wait(NULL);
	munmap(p, room / 4 * 3 & -PAGE);
	show_ok("half again", (long)mmap(NULL, room / 2 & -PAGE, RW, ANON, -1, 0));
	mode("3");
	mode("-1");
	mode("0");
	return 0;
}
