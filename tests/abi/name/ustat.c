/* ustat, sysfs, map_shadow_stack: what is left of them. */
#include "../show.h"
#include <sys/stat.h>
#include <sys/sysmacros.h>

static void ustat_of(const char *what, uint32_t dev)
{
	unsigned char b[40];
	struct stat st;

	memset(b, 0x55, sizeof b);
	if (show(what, syscall(SYS_ustat, dev, b)))
		return;
	stat("/proc", &st);
	judge("  blocks and inodes", dev == st.st_dev ? !*(int *)b && !*(long *)(b + 8) : *(int *)b > 0 && *(long *)(b + 8) > 0);
	for (int i = 16; i < 40; i++)
		say(" %02x", b[i]);
	say("\n");
}

int main(void)
{
	struct stat st;
	char name[64], *edge = page_edge();
	int nr, same = 0;

	stat("/", &st);
	ustat_of("root", st.st_dev);
	show("bad result", syscall(SYS_ustat, st.st_dev, edge));
	show("half a result", syscall(SYS_ustat, st.st_dev, edge - 16));
	stat("/proc", &st);
	ustat_of("proc", st.st_dev);
	ustat_of("no such device", makedev(77, 7));
	show("no such device, bad result", syscall(SYS_ustat, makedev(77, 7), edge));
	ustat_of("0", 0);
	nr = syscall(SYS_sysfs, 3);
	judge("types", nr > 3);
	for (int i = 0; i < nr; i++)
		same += !syscall(SYS_sysfs, 2, i, name) && syscall(SYS_sysfs, 1, name) == i;
	judge("all found again", same == nr);
	show("beyond", syscall(SYS_sysfs, 2, nr, name));
	show("-1", syscall(SYS_sysfs, 2, -1, name));
	show("bad buffer", syscall(SYS_sysfs, 2, 0, edge));
	show("beyond, bad buffer", syscall(SYS_sysfs, 2, 9999, edge));
	show("unknown", syscall(SYS_sysfs, 1, "nosuchfs"));
	show("empty", syscall(SYS_sysfs, 1, ""));
	show("bad name", syscall(SYS_sysfs, 1, edge));
	judge("tmpfs", syscall(SYS_sysfs, 1, "tmpfs") >= 0);
	show("0", syscall(SYS_sysfs, 0));
	show("4", syscall(SYS_sysfs, 4, "tmpfs"));
	show("shadow stack", syscall(453, 0, PAGE, 0));
	show("shadow stack, flags", syscall(453, 1, 0, 8));
	return 0;
}
