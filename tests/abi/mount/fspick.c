/* fspick(2): reconfiguring a file system that is mounted. */
#include "mount.h"
#include <linux/mount.h>

static int set(int fd, unsigned cmd, const char *key, const char *value) { return syscall(SYS_fsconfig, fd, cmd, key, value, 0); }

int main(void)
{
	struct statfs s;
	int fd;

	begin();
	dirs("a", "b", NULL);
	mount("t", "a", "tmpfs", 0, "size=1M");
	show("no mount", syscall(SYS_fspick, AT_FDCWD, "b", 0));
	show("missing", syscall(SYS_fspick, AT_FDCWD, "nothing", 0));
	show("bad flag", syscall(SYS_fspick, AT_FDCWD, "a", 0x100));
	fd = syscall(SYS_fspick, AT_FDCWD, "a", FSPICK_CLOEXEC);
	show("cloexec", fcntl(fd, F_GETFD));
	show("size", set(fd, FSCONFIG_SET_STRING, "size", "2M"));
	show("create", set(fd, FSCONFIG_CMD_CREATE, NULL, NULL));
	show("reconfigure", set(fd, FSCONFIG_CMD_RECONFIGURE, NULL, NULL));
	statfs("a", &s);
	say("%ld pages\n", (long)s.f_blocks);
	show("read-only", set(fd, FSCONFIG_SET_FLAG, "ro", NULL));
	show("reconfigure", set(fd, FSCONFIG_CMD_RECONFIGURE, NULL, NULL));
	try_create("a");
	show("mount it", syscall(SYS_fsmount, fd, 0, 0));
	close(fd);
	return 0;
}
