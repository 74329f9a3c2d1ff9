/* setfsuid(2), setfsgid(2): what they return, what they are for. */
#include "ids.h"
#include <sys/stat.h>

static long fsu(long v) { return syscall(SYS_setfsuid, v); }

static void user(void)
{
	r_setresuid(1000, 2000, 3000);
	say("%ld %ld %ld %ld %ld\n", fsu(1000), fsu(3000), fsu(4000), fsu(2000), fsu(-1));
	say("%ld\n", fsu(-1));
}

int main(void)
{
	struct stat st;
	int fd;

	say("%ld %ld\n", fsu(1000), fsu(1000));
	caps("as file user 1000");
	fd = open("/tmp/fs_file", O_CREAT | O_WRONLY | O_EXCL, 0600);
	fstat(fd, &st);
	say("owner %d\n", st.st_uid);
	show("another's file", open("/proc/1/environ", O_RDONLY));
	show("chown", fchown(fd, 5, 5));
	say("%ld\n", fsu(-1));
	show("effective follows nothing", (long)geteuid());
	show("seteuid resets it", r_setresuid(-1, 0, -1));
	say("%ld\n", fsu(0));
	caps("as file user 0");
	say("%ld %ld\n", syscall(SYS_setfsgid, 77), syscall(SYS_setfsgid, -1));
	close(open("/tmp/fs_file2", O_CREAT | O_WRONLY | O_EXCL, 0600));
	stat("/tmp/fs_file2", &st);
	say("owner %d %d\n", st.st_uid, st.st_gid);
	in_child("user", user);
}
