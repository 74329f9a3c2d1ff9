/*
 * removed.c - files and directories whose last name is gone while they are open: counts, attributes, further use.
 */
#include "../show.h"
#include <sys/stat.h>
#include <sys/xattr.h>

static void tell(const char *what, int fd)
{
	struct stat st;
	char link[32], path[256], *base;
	long n;

	fstat(fd, &st);
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	path[n < 0 ? 0 : n] = 0;
	base = strrchr(path, '/');
	say("%s: links %ld size %ld named %s\n", what, (long)st.st_nlink, (long)st.st_size, base ? base : path);
}

int main(void)
{
	int f = open("f", O_CREAT | O_RDWR, 0600), d, e, again;
	char b[16] = "", path[32];
	void *p;

	(void)!write(f, "hello", 5);
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0);
	show("unlink", unlink("f"));
	tell("file", f);
	show("write", write(f, " world", 6));
	show("read", pread(f, b, 15, 0));
	say("%s, mapped %.5s\n", b, (char *)p);
	show("truncate", ftruncate(f, 3));
	show("chmod", fchmod(f, 0640));
	show("chown", fchown(f, 1, 1));
	show("xattr", fsetxattr(f, "user.x", "1", 1, 0));
	snprintf(path, sizeof path, "/proc/self/fd/%d", f);
	again = open(path, O_RDWR);
	show_ok("open by its link", again);
	show("size", lseek(again, 0, SEEK_END));
	show("link back", linkat(AT_FDCWD, path, AT_FDCWD, "back", AT_SYMLINK_FOLLOW));
	show("stat by the link", stat(path, &(struct stat){ 0 }));
	close(open("f", O_CREAT | O_RDWR, 0600));
	show("a new one of the name", access("f", F_OK));
	tell("the old one", f);
	rename("f", "g"), f = open("g", O_RDWR), close(open("h", O_CREAT, 0600)), rename("h", "g");
	tell("replaced", f);
	mkdir("d", 0755), mkdir("d/e", 0755);
	d = open("d", O_RDONLY), e = open("d/e", O_RDONLY);
	show("rmdir d", rmdir("d"));
	show("rmdir e", rmdir("d/e"));
	show("rmdir d", rmdir("d"));
	tell("d", d), tell("e", e);
	show("list", syscall(SYS_getdents64, d, b, 16));
	show("create", openat(d, "x", O_CREAT | O_RDWR, 0600));
	show("tmpfile", openat(d, ".", O_TMPFILE | O_RDWR, 0600) >= 0 ? 0 : -1);
	show("dot", openat(d, ".", O_RDONLY) >= 0 ? 0 : -1);
	show("dot dot of e", openat(e, "..", O_RDONLY) >= 0 ? 0 : -1);
	show("its parent", openat(e, "../..", O_RDONLY) >= 0 ? 0 : -1);
	show("mkdir", mkdirat(d, "x", 0700));
	show("link into", linkat(AT_FDCWD, "g", d, "x", 0));
	show("rename into", renameat(AT_FDCWD, "g", d, "x"));
	show("symlink into", symlinkat("g", d, "x"));
	show("unlink in", unlinkat(d, "x", 0));
	show("chmod", fchmod(d, 0700));
	show("access", faccessat(d, "none", F_OK, 0));
	tell("after all", d);
	return 0;
}
