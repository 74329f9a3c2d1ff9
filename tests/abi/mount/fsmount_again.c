/* fsconfig(2) on what fsmount(2) has mounted, and again after it was reconfigured. */
#include "mount.h"
#include <linux/mount.h>

static int set(int fd, unsigned cmd, const char *key, const char *value) { return syscall(SYS_fsconfig, fd, cmd, key, value, 0); }
static int is_readonly(int fd) { struct statfs s; return fstatfs(fd, &s) ? -1 : !!(s.f_flags & 1); }

static void reconfigure(int fs, int m)
{
	struct statfs s;

	show("reconfigure", set(fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL));
	fstatfs(m, &s);
	say("%ld pages, read-only %d\n", (long)s.f_blocks, is_readonly(m));
}

int main(void)
{
	int fs, m, other;

	begin();
	fs = syscall(SYS_fsopen, "tmpfs", 0);
	show("source", set(fs, FSCONFIG_SET_STRING, "source", "src"));
	show("size", set(fs, FSCONFIG_SET_STRING, "size", "1M"));
	show("mount what is not made", syscall(SYS_fsmount, fs, 0, 0));
	show("reconfigure", set(fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL));
	show("create", set(fs, FSCONFIG_CMD_CREATE, NULL, NULL));
	show("size", set(fs, FSCONFIG_SET_STRING, "size", "2M"));
	m = syscall(SYS_fsmount, fs, 0, 0);
	judge("mounted", m >= 0);
	show("again", syscall(SYS_fsmount, fs, 0, 0));
	show("create again", set(fs, FSCONFIG_CMD_CREATE, NULL, NULL));
	reconfigure(fs, m);
	show("source", set(fs, FSCONFIG_SET_STRING, "source", "new"));
	show("size", set(fs, FSCONFIG_SET_STRING, "size", "2M"));
	show("ro", set(fs, FSCONFIG_SET_FLAG, "ro", NULL));
	reconfigure(fs, m);
	other = syscall(SYS_fspick, m, "", FSPICK_EMPTY_PATH);
	show("size of another", set(other, FSCONFIG_SET_STRING, "size", "3M"));
	reconfigure(other, m);
	reconfigure(fs, m);
	show("ro of another", set(other, FSCONFIG_SET_FLAG, "ro", NULL));
	reconfigure(other, m);
	show("bad value", set(fs, FSCONFIG_SET_STRING, "size", "x"));
	show("limit below none", set(fs, FSCONFIG_SET_STRING, "size", "0"));
	reconfigure(fs, m);
	show("size", set(fs, FSCONFIG_SET_STRING, "size", "4M"));
	reconfigure(fs, m);
	close(m);
	show("mount it", syscall(SYS_fsmount, other, 0, 0));
	return 0;
}
