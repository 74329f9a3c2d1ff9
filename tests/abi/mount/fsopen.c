/* fsopen(2), fsconfig(2), fsmount(2), move_mount(2): a tmpfs step by step, and what is refused on the way. */
#include "mount.h"
#include <linux/mount.h>
#include <sys/prctl.h>

static int fs(const char *type, unsigned flags) { return syscall(SYS_fsopen, type, flags); }
static int set(int fd, unsigned cmd, const char *key, const char *value, int aux) { return syscall(SYS_fsconfig, fd, cmd, key, value, aux); }
static int fsm(int fd, unsigned flags, unsigned attrs) { return syscall(SYS_fsmount, fd, flags, attrs); }

int main(void)
{
	int fd, m;
	char buf[64];

	begin();
	dirs("a", "b", NULL);
	show("unknown type", fs("nofs", 0));
	show("bad flag", fs("tmpfs", 2));
	show("bad name", fs(KERNEL_ADDRESS, 0));
	fd = fs("tmpfs", FSOPEN_CLOEXEC);
	show("cloexec", fcntl(fd, F_GETFD));
	show("read", read(fd, buf, sizeof buf));
	show("mount before it is made", fsm(fd, 0, 0));
	show("source", set(fd, FSCONFIG_SET_STRING, "source", "mysource", 0));
	show("source again", set(fd, FSCONFIG_SET_STRING, "source", "other", 0));
	show("size", set(fd, FSCONFIG_SET_STRING, "size", "1M", 0));
	show("mode", set(fd, FSCONFIG_SET_STRING, "mode", "700", 0));
	show("size nonsense", set(fd, FSCONFIG_SET_STRING, "size", "huge", 0));
	show("unknown", set(fd, FSCONFIG_SET_STRING, "colour", "red", 0));
	show("unknown flag", set(fd, FSCONFIG_SET_FLAG, "nothing", NULL, 0));
	show("flag with a value", set(fd, FSCONFIG_SET_FLAG, "ro", "x", 0));
	show("string without a value", set(fd, FSCONFIG_SET_STRING, "size", NULL, 0));
	show("string with a number", set(fd, FSCONFIG_SET_STRING, "size", "1M", 1));
	show("no key", set(fd, FSCONFIG_SET_FLAG, NULL, NULL, 0));
	show("create with a key", set(fd, FSCONFIG_CMD_CREATE, "x", NULL, 0));
	show("unknown command", set(fd, 77, NULL, NULL, 0));
	show("bad descriptor", set(99, FSCONFIG_SET_FLAG, "ro", NULL, 0));
	show("negative descriptor", set(-1, FSCONFIG_SET_FLAG, "ro", NULL, 0));
	show("another descriptor", set(1, FSCONFIG_SET_FLAG, "ro", NULL, 0));
	show("reconfigure", set(fd, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0));
	show("create", set(fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
	show("create again", set(fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
	show("size later", set(fd, FSCONFIG_SET_STRING, "size", "2M", 0));
	show("mount with a bad flag", fsm(fd, 2, 0));
	show("with a bad attribute", fsm(fd, 0, 0x400));
	show("with two rules of times", fsm(fd, 0, MOUNT_ATTR_NOATIME | MOUNT_ATTR_STRICTATIME));
	m = fsm(fd, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
	show_ok("mount", m);
	show("once more", fsm(fd, 0, 0));
	judge("O_PATH", (fcntl(m, F_GETFL) & O_PATH) != 0);
	show("make something in it", mkdirat(m, "inside", 0755));
	show("openat", openat(m, "file", O_CREAT | O_WRONLY, 0600) < 0 ? -1 : 0);
	show("umount of nowhere", umount2("/proc/self/fd/1", 0));
	show("to nowhere", syscall(SYS_move_mount, m, "", AT_FDCWD, "nothing", MOVE_MOUNT_F_EMPTY_PATH));
	show("without the flag", syscall(SYS_move_mount, m, "", AT_FDCWD, "a", 0));
	show("bad flag", syscall(SYS_move_mount, m, "", AT_FDCWD, "a", 0x1000));
	show("move", syscall(SYS_move_mount, m, "", AT_FDCWD, "a", MOVE_MOUNT_F_EMPTY_PATH));
	judge("there", has("a/inside"));
	close(m);
	judge("still there", has("a/inside"));
	table("table");
	close(fd);
	fd = fs("tmpfs", 0);
	show("read-only", set(fd, FSCONFIG_SET_FLAG, "ro", NULL, 0));
	show("create", set(fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
	m = fsm(fd, 0, MOUNT_ATTR_STRICTATIME);
	show("make something in it", mkdirat(m, "inside", 0755));
	show("move", syscall(SYS_move_mount, m, "", AT_FDCWD, "b", MOVE_MOUNT_F_EMPTY_PATH));
	table("table");
	close(m);
	close(fd);
	fd = fs("proc", 0);
	show("proc: unknown", set(fd, FSCONFIG_SET_STRING, "colour", "red", 0));
	show("create", set(fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
	m = fsm(fd, 0, 0);
	judge("seen by the descriptor alone", faccessat(m, "self/status", F_OK, 0) == 0);
	close(m);
	close(fd);
	setresuid(1000, 1000, 1000);
	show("without rights", fs("tmpfs", 0));
	return 0;
}
