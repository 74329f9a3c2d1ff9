/* mount_setattr() of a tree with hundreds of mounts: all read-only, or none when one has a writer; at once, not one after the other. */
#include "mount.h"
#include <sys/statvfs.h>

#define MANY 400

static int change(uint64_t set, uint64_t clr)
{
	struct { uint64_t set, clr, prop, fd; } a = { set, clr, 0, 0 };

	return (int)syscall(SYS_mount_setattr, AT_FDCWD, "top", 0x8000, &a, sizeof a);
}

static int readonly(void)
{
	struct statvfs st;
	char path[64];
	int n = 0;

	for (int i = 0; i < MANY; i++) {
		snprintf(path, sizeof path, "top/%d", i);
		n += !statvfs(path, &st) && (st.f_flag & ST_RDONLY);
	}
	return n;
}

int main(void)
{
	char path[64];
	int fd;

	begin();
	dirs("top", "from", NULL);
	mount("top", "top", "tmpfs", 0, NULL);
	for (int i = 0; i < MANY; i++) {
		snprintf(path, sizeof path, "top/%d", i);
		mkdir(path, 0755);
		mount("from", path, NULL, MS_BIND, NULL);
	}
	fd = open("top/300/file", O_CREAT | O_WRONLY, 0644);
	show("with a writer", change(1, 0));
	say("  %d\n", readonly());
	close(fd);
	show("without", change(1, 0));
	say("  %d\n", readonly());
	show("write", open("top/300/file", O_WRONLY) < 0 ? -1 : 0);
	show("back", change(0, 1));
	say("  %d\n", readonly());
	return 0;
}
