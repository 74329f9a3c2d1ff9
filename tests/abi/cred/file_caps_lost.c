/* What takes a file's capabilities from it: changes of content and of owner, by root too. */
#include "../show.h"
#include <linux/capability.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#define NAME "security.capability"

enum how { NOTHING, READ, WRITE, WRITE_NOTHING, TRUNCATE, FTRUNCATE_SAME, OPEN_TRUNC, FALLOCATE, MAPPED, CHMOD, CHOWN, CHOWN_NOBODY, CHGRP, UTIMES, RENAME, LINK, NR };
static const char *const names[NR] = { "nothing", "read", "write", "write nothing", "truncate", "ftruncate same", "O_TRUNC", "fallocate", "mapped",
				       "chmod", "chown", "chown to nobody new", "chgrp", "utimes", "rename", "link" };

static void does(enum how how)
{
	int fd = open("b", how == OPEN_TRUNC ? O_RDWR | O_TRUNC : O_RDWR);
	char *m, c;

	switch (how) {
	case READ: (void)!read(fd, &c, 1); break;
	case WRITE: (void)!write(fd, "x", 1); break;
	case WRITE_NOTHING: (void)!write(fd, "x", 0); break;
	case TRUNCATE: (void)!truncate("b", 2); break;
	case FTRUNCATE_SAME: (void)!ftruncate(fd, 8); break;
	case FALLOCATE: (void)!posix_fallocate(fd, 0, 100); break;
	case MAPPED:
		m = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		*m = 'x';
		munmap(m, PAGE);
		break;
	case CHMOD: (void)!chmod("b", 0700); break;
	case CHOWN: (void)!chown("b", 5, 5); break;
	case CHOWN_NOBODY: (void)!chown("b", -1, -1); break;
	case CHGRP: (void)!chown("b", -1, 0); break;
	case UTIMES: (void)!utimes("b", NULL); break;
	case RENAME: (void)!rename("b", "b2"), (void)!rename("b2", "b"); break;
	case LINK: (void)!link("b", "b3"), unlink("b3"); break;
	default: break;
	}
	close(fd);
}

int main(void)
{
	struct vfs_cap_data d = { VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE, { { 1 << CAP_CHOWN, 0 }, { 0, 0 } } };

	mkdir("/tmp/fcl", 0777);
	mount("none", "/tmp/fcl", "tmpfs", 0, "mode=777");
	if (chdir("/tmp/fcl"))
		return 1;
	for (enum how how = NOTHING; how < NR; how++) {
		int fd = open("b", O_CREAT | O_RDWR, 0755);
		struct stat st;

		(void)!write(fd, "12345678", 8);
		fchmod(fd, 0755);
		close(fd);
		setxattr("b", NAME, &d, sizeof d, 0);
		setxattr("b", "user.other", "x", 1, 0);
		does(how);
		stat("b", &st);
		say("%s: caps %ld other %ld mode %o\n", names[how], (long)getxattr("b", NAME, NULL, 0), (long)getxattr("b", "user.other", NULL, 0), st.st_mode);
		unlink("b");
	}
	mkdir("dir", 0755);
	say("folder: %d", setxattr("dir", NAME, &d, sizeof d, 0));
	(void)!chown("dir", 5, 5);
	say(" then %ld\n", (long)getxattr("dir", NAME, NULL, 0));
	chdir("/");
	umount("/tmp/fcl");
}
