/*
 * ramfs.c - the file system ramfs: what stat(2), statfs(2) and the table of mounts tell; what it does not do.
 */
#include "mount.h"
#include <linux/falloc.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>

static void about(const char *path)
{
	struct stat s;

	if (stat(path, &s))
		fatal("stat %s", path);
	say("%s: mode %o, %lu links, %ld bytes, %ld blocks of %ld\n", path, s.st_mode, (long)s.st_nlink, (long)s.st_size,
	    (long)s.st_blocks, (long)s.st_blksize);
}

int main(void)
{
	static char b[3 * PAGE];
	struct statfs f;
	int fd;
	char *p;

	begin();
	dirs("r", "q", NULL);
	show("mount", mount("what", "r", "ramfs", 0, NULL));
	about("r");
	statfs("r", &f);
	say("statfs: type %lx, size %ld, %ld blocks, %ld free, %ld files, names of %ld\n", (long)f.f_type, (long)f.f_bsize,
	    (long)f.f_blocks, (long)f.f_bfree, (long)f.f_files, (long)f.f_namelen);
	show("mkdir", mkdir("r/d", 0750));
	about("r");
	fd = open("r/f", O_CREAT | O_RDWR, 0640);
	show("write", write(fd, b, sizeof b));
	about("r/f");
	show("fallocate", syscall(SYS_fallocate, fd, 0, 0, PAGE));
	show("punch", syscall(SYS_fallocate, fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE));
	show("seals", fcntl(fd, F_GET_SEALS));
	show("attribute", setxattr("r/f", "user.x", "v", 1, 0));
	show("attributes", listxattr("r/f", b, sizeof b));
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	p[7] = 'x';
	show("read what was mapped", pread(fd, b, 1, 7));
	judge("the same", b[0] == 'x');
	show("link", link("r/f", "r/g"));
	show("symlink", symlink("f", "r/s"));
	show("fifo", mknod("r/p", S_IFIFO | 0600, 0));
	show("rename", rename("r/f", "r/d/f"));
	about("r/d");
	about("r/d/f");
	show("rmdir", rmdir("r/d"));
	show("other options", mount("x", "q", "ramfs", 0, "mode=1711,size=1k,nonsense"));
	about("q");
	show("bad mode", mount("x", "q", "ramfs", 0, "mode=9"));
	show("remount", mount(NULL, "q", NULL, MS_REMOUNT | MS_RDONLY, "mode=700"));
	about("q");
	show("write", open("q/f", O_CREAT | O_RDWR, 0600));
	table("mounts");
	return 0;
}
