/*
 * paths.c - how a path is resolved and opened: flags of open and openat2, trailing slashes, symlinks,
 * O_PATH, O_TMPFILE, statx, access, extended attributes, holes, the sticky and set-group-ID bits.
 * limit: 60
 */
#include "show.h"
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/xattr.h>

/* openat2(2); musl has no header for it, and its path does not lead to Linux's. */
struct open_how { uint64_t flags, mode, resolve; };
enum { RESOLVE_NO_XDEV = 1, RESOLVE_NO_MAGICLINKS = 2, RESOLVE_NO_SYMLINKS = 4, RESOLVE_BENEATH = 8, RESOLVE_IN_ROOT = 16 };

static void open_as(const char *path, int flags, const char *what)
{
	int fd = open(path, flags, 0640);

	say("open %s %s: %s", path, what, fd < 0 ? errno_name(errno) : "ok");
	if (fd >= 0)
		say(" 0x%x", fcntl(fd, F_GETFL));
	say("\n");
	if (fd >= 0)
		close(fd);
}

static const struct { int flags; const char *what; } ways[] = {
	{ O_RDONLY, "r" }, { O_WRONLY, "w" }, { O_RDWR, "rw" }, { 3, "3" }, { O_RDONLY | O_DIRECTORY, "dir" },
	{ O_RDONLY | O_NOFOLLOW, "nofollow" }, { O_PATH, "path" }, { O_PATH | O_NOFOLLOW, "path nofollow" },
	{ O_PATH | O_NOFOLLOW | O_DIRECTORY, "path nofollow dir" }, { O_RDONLY | O_CREAT, "creat" },
	{ O_RDONLY | O_CREAT | O_EXCL, "creat excl" }, { O_RDONLY | O_CREAT | O_DIRECTORY, "creat dir" },
	{ O_RDONLY | O_CREAT | O_NOFOLLOW, "creat nofollow" }, { O_WRONLY | O_TRUNC, "w trunc" }, { O_RDONLY | O_TRUNC, "r trunc" },
	{ O_RDWR | O_TMPFILE, "tmpfile" }, { O_RDONLY | O_TMPFILE, "r tmpfile" }, { O_RDWR | O_DIRECTORY, "rw dir" },
	{ O_WRONLY | O_APPEND | O_CREAT, "append creat" }, { O_RDONLY | O_NOFOLLOW | O_DIRECTORY, "nofollow dir" },
};

static void opens(void)
{
	static const char *const paths[] = {
		"file", "file/", "dir", "dir/", "dir/.", "dir/..", "to_file", "to_file/", "to_dir", "to_dir/", "dangling", "dangling/",
		"loop", "loop/", "none", "none/", "none/x", "file/x", ".", "..", "/", "//", "", "dir//sub///", "dir/sub/../../file",
		"to_dir/sub", "to_none_dir",
	};

	for (size_t p = 0; p < sizeof paths / sizeof paths[0]; p++)
		for (size_t w = 0; w < sizeof ways / sizeof ways[0]; w++) {
			unlink("none"), unlink("gone"), unlink("dir/made");
			open_as(paths[p], ways[w].flags, ways[w].what);
		}
	unlink("none"), unlink("gone");
}

static void names(void)
{
	static const char *const paths[] = { "file", "file/", "dir", "dir/", "dir/.", "dir/..", "to_file", "to_file/", "to_dir", "to_dir/",
		"dangling", "dangling/", "loop", "none", "none/", "none/x", "file/x", ".", "..", "/", "" };
	struct stat st;

	for (size_t p = 0; p < sizeof paths / sizeof paths[0]; p++) {
		say("%s: stat %s", paths[p], stat(paths[p], &st) ? errno_name(errno) : "ok");
		say(" lstat %s", lstat(paths[p], &st) ? errno_name(errno) : S_ISLNK(st.st_mode) ? "link" : "ok");
		say(" mkdir %s", mkdir(paths[p], 0755) ? errno_name(errno) : "ok");
		rmdir("none"), rmdir("gone");
		say(" mknod %s", mknod(paths[p], S_IFREG | 0644, 0) ? errno_name(errno) : "ok");
		unlink("none");
		say(" symlink %s", symlink("x", paths[p]) ? errno_name(errno) : "ok");
		unlink("none");
		say(" link %s", link("file", paths[p]) ? errno_name(errno) : "ok");
		unlink("none");
		say(" from %s", link(paths[p], "linked") ? errno_name(errno) : "ok");
		unlink("linked");
		say(" rmdir %s", !strcmp(paths[p], "/") || rmdir(paths[p]) ? errno_name(errno) : "ok");
		say(" truncate %s", truncate(paths[p], 0) ? errno_name(errno) : "ok");
		say(" readlink %s", readlink(paths[p], (char[9]){ 0 }, 9) < 0 ? errno_name(errno) : "ok");
		say(" chdir %s\n", access(paths[p], X_OK) ? errno_name(errno) : "x");
	}
	show("unlink a directory with a slash", unlink("dir/"));
	show("unlink a file with a slash", unlink("file/"));
	show("unlink a link with a slash", unlink("to_dir/"));
	show("rmdir a link with a slash", rmdir("to_dir/"));
	show("rename over a link with a slash", rename("dir/sub", "to_dir/"));
	show("rename a link with a slash", rename("to_dir/", "other"));
}

static void resolve_as(int dir, const char *path, uint64_t flags, uint64_t resolve, const char *what)
{
	struct open_how how = { .flags = flags, .resolve = resolve };
	long fd = syscall(SYS_openat2, dir, path, &how, sizeof how);

	say("openat2 %s %s: %s\n", path, what, fd < 0 ? errno_name(errno) : "ok");
	if (fd >= 0)
		close((int)fd);
}

static void resolves(void)
{
	static const char *const paths[] = { "sub", "../file", "sub/..", "sub/../..", "/", "/sub", "up", "absolute", "inside", "mnt/x", "mnt", ".", "magic/self/cwd" };
	static const struct { uint64_t r; const char *what; } kinds[] = {
		{ 0, "-" }, { RESOLVE_BENEATH, "beneath" }, { RESOLVE_IN_ROOT, "in root" }, { RESOLVE_NO_SYMLINKS, "no symlinks" },
		{ RESOLVE_NO_XDEV, "no xdev" }, { RESOLVE_NO_MAGICLINKS, "no magic" }, { RESOLVE_BENEATH | RESOLVE_IN_ROOT, "both" },
	};
	int dir = open("dir", O_PATH);

	symlink("..", "dir/up"), symlink("/sub", "dir/absolute"), symlink("sub", "dir/inside"), symlink("/proc", "dir/magic");
	mkdir("dir/mnt", 0755);
	show("mount", mount("none", "dir/mnt", "tmpfs", 0, NULL));
	close(open("dir/mnt/x", O_CREAT | O_WRONLY, 0644));
	for (size_t p = 0; p < sizeof paths / sizeof paths[0]; p++)
		for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
			resolve_as(dir, paths[p], O_RDONLY, kinds[k].r, kinds[k].what);
	resolve_as(dir, "sub", O_CREAT | O_DIRECTORY | O_RDONLY, 0, "creat dir");
	resolve_as(dir, "sub", 1ull << 40, 0, "unknown flag");
	resolve_as(dir, "sub", O_PATH | O_RDWR, 0, "path rw");
	resolve_as(dir, "sub", 0, 1ull << 40, "unknown resolve");
	show("umount", umount2("dir/mnt", 0));
	close(dir);
}

static void path_descriptors(void)
{
	int fd = open("file", O_PATH), dir = open("dir", O_PATH | O_DIRECTORY), link_fd = open("to_file", O_PATH | O_NOFOLLOW);
	struct stat st;
	char text[16] = "", proc[40];

	show("read", read(fd, text, 1));
	show("fstat", fstat(fd, &st));
	show("fchmod", fchmod(fd, 0600));
	show("ftruncate", ftruncate(fd, 0));
	show("getdents", syscall(SYS_getdents64, dir, text, 16));
	show("fchdir", fchdir(dir));
	show("back", chdir(".."));
	show("openat below", openat(dir, "sub", O_RDONLY) > 0);
	show("readlinkat of the link itself", readlinkat(link_fd, "", text, sizeof text));
	show("fchownat empty", fchownat(fd, "", 0, 0, AT_EMPTY_PATH));
	show("fchownat empty without the flag", fchownat(fd, "", 0, 0, 0));
	show("linkat empty", linkat(fd, "", AT_FDCWD, "from_fd", AT_EMPTY_PATH));
	snprintf(proc, sizeof proc, "/proc/self/fd/%d", fd);
	show("open again by /proc", open(proc, O_RDWR) > 0);
	snprintf(proc, sizeof proc, "/proc/self/fd/%d", link_fd);
	show("the link by /proc", open(proc, O_RDONLY) > 0);
	show("faccessat2 empty", (long)syscall(439, fd, "", R_OK, AT_EMPTY_PATH));
	unlink("from_fd");
	int pipes[2];
	pipe(pipes);
	show("stat of a pipe by AT_EMPTY_PATH", fstatat(pipes[0], "", &st, AT_EMPTY_PATH));
	show("of the working directory", fstatat(AT_FDCWD, "", &st, AT_EMPTY_PATH));
	show("below a pipe", fstatat(pipes[0], "x", &st, 0));
	show("below no descriptor", fstatat(99, "x", &st, 0));
	show("an absolute path below none", fstatat(99, "/", &st, 0));
	show("openat below a file", openat(fd, "x", O_RDONLY));
	close(fd), close(dir), close(link_fd), close(pipes[0]), close(pipes[1]);
}

static void nameless(void)
{
	int fd = open("dir", O_TMPFILE | O_RDWR, 0604);
	struct stat st;
	char proc[40];

	fstat(fd, &st);
	say("O_TMPFILE: mode %o, links %d\n", st.st_mode, (int)st.st_nlink);
	snprintf(proc, sizeof proc, "/proc/self/fd/%d", fd);
	show("its first name", linkat(AT_FDCWD, proc, AT_FDCWD, "dir/named", AT_SYMLINK_FOLLOW));
	fstat(fd, &st);
	show("links", st.st_nlink);
	show("a second", link("dir/named", "dir/named2"));
	close(fd);
	unlink("dir/named"), unlink("dir/named2");
	fd = open("dir", O_TMPFILE | O_RDWR | O_EXCL, 0604);
	snprintf(proc, sizeof proc, "/proc/self/fd/%d", fd);
	show("with O_EXCL none", linkat(AT_FDCWD, proc, AT_FDCWD, "dir/named", AT_SYMLINK_FOLLOW));
	close(fd);
}

static void attributes(void)
{
	char buf[200];
	long n;

	show("set", setxattr("file", "user.a", "one", 3, 0));
	show("again, create", setxattr("file", "user.a", "two", 3, XATTR_CREATE));
	show("replace a missing one", setxattr("file", "user.b", "x", 1, XATTR_REPLACE));
	show("replace", setxattr("file", "user.a", "three", 5, XATTR_REPLACE));
	show("size", getxattr("file", "user.a", NULL, 0));
	show("too small", getxattr("file", "user.a", buf, 2));
	show("get", getxattr("file", "user.a", buf, sizeof buf));
	show("empty value", setxattr("file", "user.empty", "", 0, 0));
	show("trusted", setxattr("file", "trusted.t", "t", 1, 0));
	n = show("list", listxattr("file", buf, sizeof buf));
	show("list, too small", listxattr("file", buf, 3));
	show("no class", setxattr("file", "plain", "x", 1, 0));
	show("nothing behind the class", setxattr("file", "user.", "x", 1, 0));
	show("of a link itself, user", lsetxattr("to_file", "user.a", "x", 1, 0));
	show("of a link itself, trusted", lsetxattr("to_file", "trusted.a", "x", 1, 0));
	show("through the link", getxattr("to_file", "user.a", buf, sizeof buf));
	show("remove", removexattr("file", "user.a"));
	show("again", removexattr("file", "user.a"));
	show("in /proc", setxattr("/proc/self", "user.a", "x", 1, 0));
	show("list in /proc", listxattr("/proc/version", buf, sizeof buf));
	(void)n;
}

static void holes(void)
{
	struct stat st;
	struct statfs fs;
	int fd = open("holes", O_RDWR | O_CREAT, 0644);

	show("fallocate", fallocate(fd, 0, 0, 20000));
	fstat(fd, &st);
	say("size %ld, blocks %ld\n", (long)st.st_size, (long)st.st_blocks);
	show("keep size", fallocate(fd, FALLOC_FL_KEEP_SIZE, 40960, 8192));
	fstat(fd, &st);
	say("size %ld, blocks %ld\n", (long)st.st_size, (long)st.st_blocks);
	show("punch", fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4096, 8192));
	fstat(fd, &st);
	say("size %ld, blocks %ld\n", (long)st.st_size, (long)st.st_blocks);
	show("punch without keep size", fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, 1));
	show("collapse", fallocate(fd, 8, 0, 4096));
	show("no length", fallocate(fd, 0, 0, 0));
	show("of a directory", fallocate(open("dir", O_RDONLY), 0, 0, 1));
	mkdir("small", 0755);
	show("mount", mount("none", "small", "tmpfs", 0, "size=16k,nr_inodes=4"));
	close(fd);
	fd = open("small/f", O_RDWR | O_CREAT, 0644);
	show("more than there is", fallocate(fd, 0, 0, 20480));
	fstat(fd, &st);
	say("size %ld, blocks %ld\n", (long)st.st_size, (long)st.st_blocks);
	show("all there is", fallocate(fd, 0, 0, 16384));
	statfs("small", &fs);
	say("%ld of %ld free, %ld of %ld inodes, type %lx\n", (long)fs.f_bfree, (long)fs.f_blocks, (long)fs.f_ffree, (long)fs.f_files, (long)fs.f_type);
	show("write beyond", pwrite(fd, "x", 1, 16384));
	show("write inside", pwrite(fd, "x", 1, 16383));
	show("one more inode", mkdir("small/d", 0755)), show("another", symlink("x", "small/s")), show("too many", link("small/f", "small/l"));
	unlink("small/f");
	statfs("small", &fs);
	say("unlinked but open: %ld free\n", (long)fs.f_bfree);
	close(fd);
	statfs("small", &fs);
	say("closed: %ld free, %ld inodes\n", (long)fs.f_bfree, (long)fs.f_ffree);
	show("umount", umount2("small", 0));
}

static void modes(void)
{
	struct stat st;

	umask(027);
	mkdir("group", 0777), chown("group", 0, 7), chmod("group", 02775);
	mkdir("group/d", 0777), close(open("group/f", O_CREAT | O_WRONLY, 02777));
	stat("group/d", &st);
	say("directory below: %o, group %d\n", st.st_mode, st.st_gid);
	stat("group/f", &st);
	say("file below: %o, group %d\n", st.st_mode, st.st_gid);
	close(open("suid", O_CREAT | O_WRONLY, 06755));
	chmod("suid", 06755);
	chown("suid", 1000, 1000);
	stat("suid", &st);
	say("after chown: %o\n", st.st_mode);
	chmod("suid", 02745), chown("suid", -1, 1001);
	stat("suid", &st);
	say("set-group-ID without x: %o\n", st.st_mode);
	mkdir("sticky", 01777), chmod("sticky", 01777);
	close(open("sticky/root", O_CREAT | O_WRONLY, 0666));
	chmod("sticky/root", 0666);
	if (!fork()) {
		setgid(1000), setuid(1000);
		show("unlink another's", unlink("sticky/root"));
		show("rename another's", rename("sticky/root", "sticky/x"));
		show("own", mkdir("sticky/own", 0777));
		show("over another's", rename("sticky/own", "sticky/root"));
		show("remove own", rmdir("sticky/own"));
		show("truncate another's", truncate("sticky/root", 5));
		show("link another's", link("suid", "sticky/suid"));
		_exit(0);
	}
	wait(NULL);
	show("access X of a plain file, as root", access("sticky/root", X_OK));
	show("access with a bad mode", access("file", 9));
	if (!fork()) {
		setresuid(1000, 0, 0);
		show("access asks for the real user", access("sticky", W_OK | X_OK));
		chmod("group", 0700);
		show("of a closed directory", access("group/f", F_OK));
		show("AT_EACCESS for the effective one", (long)syscall(439, AT_FDCWD, "group/f", R_OK, AT_EACCESS));
		_exit(0);
	}
	wait(NULL);
}

static void looks(void)
{
	struct {
		uint32_t stx_mask, stx_blksize;
		uint64_t stx_attributes;
		uint32_t stx_nlink, stx_uid, stx_gid;
		uint16_t stx_mode, spare;
		uint64_t stx_ino, stx_size, rest[26];
	} x;
	long err = syscall(SYS_statx, AT_FDCWD, "file", 0, 0xfff, &x);

	show("statx", err);
	say("mask %x, size %d, links %d, mode %o, attributes %d\n", x.stx_mask & 0xfff, (int)x.stx_size, x.stx_nlink, x.stx_mode, (int)x.stx_attributes);
	show("bad flags", syscall(SYS_statx, AT_FDCWD, "file", 0x10000, 0, &x));
	show("both syncs", syscall(SYS_statx, AT_FDCWD, "file", 0x6000, 0, &x));
	show("reserved mask", syscall(SYS_statx, AT_FDCWD, "file", 0, 0x80000000u, &x));
	syscall(SYS_statx, AT_FDCWD, "/proc", 0, 0x7ff, &x);
	say("a mount root: %d\n", (int)(x.stx_attributes >> 13 & 1));
}

int main(void)
{
	mkdir("paths", 0755);
	if (chdir("paths"))
		return 1;
	close(open("file", O_CREAT | O_WRONLY, 0644));
	mkdir("dir", 0755), mkdir("dir/sub", 0755);
	symlink("file", "to_file"), symlink("dir", "to_dir"), symlink("gone", "dangling"), symlink("loop", "loop"), symlink("none/x", "to_none_dir");
	opens();
	names();
	resolves();
	path_descriptors();
	nameless();
	attributes();
	holes();
	modes();
	looks();
	return 0;
}
