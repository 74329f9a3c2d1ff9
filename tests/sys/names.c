/*
 * names.c - directories and names: rename in all its cases, getdents while
 * entries come and go, links, the working directory, permissions by uid.
 * limit: 60
 */
#include "show.h"
#include <dirent.h>
#include <grp.h>
#include <sys/stat.h>

struct entry {
	uint64_t ino, off;
	uint16_t len;
	uint8_t type;
	char name[];
};

static void make(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	(void)!write(fd, text, strlen(text));
	close(fd);
}

static const char *text_of(const char *name)
{
	static char b[32];
	int fd = open(name, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return errno_name(errno);
	n = read(fd, b, sizeof b - 1);
	close(fd);
	b[n > 0 ? n : 0] = 0;
	return b;
}

static void renames(void)
{
	struct stat a, b;

	make("f", "f"), make("g", "g");
	mkdir("d", 0755), mkdir("e", 0755), mkdir("d/sub", 0755);
	link("f", "hard");
	show("file over file", rename("f", "g"));
	say("g is %s, f %s\n", text_of("g"), text_of("f"));
	show("to its own hard link", rename("g", "hard"));
	say("both stay: %s %s\n", text_of("g"), text_of("hard"));
	show("to itself", rename("g", "g"));
	show("file over directory", rename("g", "d"));
	show("directory over file", rename("d", "g"));
	show("directory over empty directory", rename("d", "e"));
	show("the old name", access("d", F_OK));
	show("its content", access("e/sub", F_OK));
	mkdir("d", 0755), mkdir("d/x", 0755);
	show("over a directory that is not empty", rename("e", "d"));
	show("into its own child", rename("d", "d/x/y"));
	show("an ancestor as target", rename("d/x", "d"));
	show("missing source", rename("nope", "x"));
	show("missing target directory", rename("g", "nope/x"));
	show("source with a slash, file", rename("g/", "x"));
	show("directory with a slash", rename("d/", "dd/"));
	show("file to a name with a slash", rename("g", "new/"));
	show("dot", rename("dd/.", "x"));
	show("dot dot", rename("dd/x/..", "x"));
	stat("dd", &a);
	show("links before", a.st_nlink);
	show("directory moved elsewhere", rename("dd/x", "e/x"));
	stat("dd", &a), stat("e", &b);
	say("links %d %d\n", (int)a.st_nlink, (int)b.st_nlink);
	stat("e", &a), stat("e/x/..", &b);
	judge("dot dot follows", a.st_ino == b.st_ino);
	show("NOREPLACE", syscall(SYS_renameat2, AT_FDCWD, "g", AT_FDCWD, "hard", 1));
	make("p", "p"), make("q", "q");
	show("EXCHANGE", syscall(SYS_renameat2, AT_FDCWD, "p", AT_FDCWD, "q", 2));
	say("%s", text_of("p"));
	say("%s\n", text_of("q"));
	symlink("g", "link");
	show("a symbolic link", rename("link", "link2"));
	judge("is moved, not followed", readlink("link2", (char[8]){ 0 }, 8) == 1);
}

static long list(const char *path, size_t size, long *calls)
{
	static char buf[1 << 16];
	int fd = open(path, O_RDONLY | O_DIRECTORY);
	long n, nr = 0;

	*calls = 0;
	while ((n = syscall(SYS_getdents64, fd, buf, size)) > 0) {
		++*calls;
		for (long at = 0; at < n; at += ((struct entry *)(buf + at))->len)
			nr++;
	}
	close(fd);
	return n < 0 ? n : nr;
}

static void entries(void)
{
	char name[300];
	long calls;
	struct dirent *e;
	int seen = 0, twice = 0, dots = 0;
	static char was[500];
	DIR *d;

	mkdir("many", 0755);
	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof name, "many/%d", i);
		make(name, "");
	}
	show("entries, large buffer", list("many", 1 << 16, &calls));
	show("entries, small buffer", list("many", 100, &calls));
	judge("in many calls", calls > 100);
	d = opendir("many");
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.') {
			dots++;
			continue;
		}
		seen++;
		twice += was[atoi(e->d_name)]++;
		snprintf(name, sizeof name, "many/%s", e->d_name);
		unlink(name);
		if (e->d_type != DT_REG)
			say("type %d of %s\n", e->d_type, e->d_name);
	}
	say("unlinked while listing: %d seen, %d twice, %d dots\n", seen, twice, dots);
	rewinddir(d);
	for (seen = 0; readdir(d);)
		seen++;
	show("entries left", seen);
	closedir(d);
	/* entries that come and go while a listing runs: those that stay are seen once */
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "many/s%d", i);
		make(name, "");
	}
	pid_t pid = fork();

	if (pid == 0)
		for (unsigned i = 0;; i++) {
			snprintf(name, sizeof name, "many/t%u", i % 50);
			i % 2 ? (void)unlink(name) : make(name, "");
		}
	int bad = 0;

	for (int round = 0; round < 50; round++) {
		seen = 0;
		d = opendir("many");
		while ((e = readdir(d)))
			seen += e->d_name[0] == 's';
		closedir(d);
		bad += seen != 100;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	show("listings that missed or doubled a lasting entry", bad);
}

static void working_directory(void)
{
	char b[200];
	char *end;

	mkdir("cwd", 0755);
	if (chdir("cwd"))
		fatal("chdir");
	rename("../cwd", "../moved");
	end = getcwd(b, sizeof b);
	say("after a rename: %s\n", end ? strrchr(b, '/') : errno_name(errno));
	rmdir("../moved");
	show("getcwd of a removed directory", getcwd(b, sizeof b) ? 0 : -1);
	show("create in it", open("x", O_CREAT | O_WRONLY, 0600));
	show("stat of dot", access(".", F_OK));
	show("dot dot still leads out", chdir(".."));
	show("fchdir", fchdir(open("e", O_RDONLY)));
	show("back", chdir(".."));
	show("getcwd, too small", syscall(SYS_getcwd, b, 3l));
}

static void links(void)
{
	struct stat st;
	char b[16] = "";

	show("link", link("g", "l1"));
	stat("g", &st);
	show("links", st.st_nlink);
	show("link over a name", link("g", "l1"));
	show("link of a directory", link("e", "l2"));
	show("link of a symbolic link", link("link2", "l3"));
	judge("links the link itself", !lstat("l3", &st) && S_ISLNK(st.st_mode));
	show("linkat FOLLOW", linkat(AT_FDCWD, "link2", AT_FDCWD, "l4", AT_SYMLINK_FOLLOW));
	judge("links the file", !lstat("l4", &st) && S_ISREG(st.st_mode));
	show("readlink, short buffer", readlink("/proc/self/exe", b, 4));
	say("%s\n", b);
	symlink("loop1", "loop2"), symlink("loop2", "loop1");
	show("open of a loop", open("loop1", O_RDONLY));
	show("O_NOFOLLOW of a link", open("link2", O_RDONLY | O_NOFOLLOW));
	show("O_CREAT through a dangling link", (symlink("target", "dangle"), close(open("dangle", O_CREAT | O_WRONLY, 0600))));
	show("made its target", access("target", F_OK));
	show("O_EXCL on a dangling link", (unlink("target"), open("dangle", O_CREAT | O_EXCL | O_WRONLY, 0600)));
	show("mkdir on a dangling link", mkdir("dangle", 0700));
	show("rmdir through a link", (symlink("e", "le"), rmdir("le")));
	show("unlink of a directory", unlink("e"));
	show("lstat with a slash follows", lstat("le/", &st) || !S_ISDIR(st.st_mode));
}

static void as_user(void)
{
	struct stat st;

	setgroups(0, NULL);
	if (setgid(1000) || setuid(1000))
		fatal("setuid");
	show("create in a root directory", open("mine", O_CREAT | O_WRONLY, 0600));
	show("write to root's file", open("g", O_WRONLY));
	show_ok("read it", open("g", O_RDONLY));
	show("access W_OK", access("g", W_OK));
	show("unlink", unlink("g"));
	show("rename", rename("g", "gg"));
	show("chmod", chmod("g", 0777));
	show("chown", chown("g", 1000, 1000));
	show("utimes to a given time", utimensat(AT_FDCWD, "g", (struct timespec[2]){ { 1, 0 }, { 1, 0 } }, 0));
	show("utimes to now", utimensat(AT_FDCWD, "g", NULL, 0));
	show("mknod device", mknod("/tmp/dev", S_IFCHR | 0600, 0x103));
	show("mount", syscall(SYS_mount, "x", "/tmp", "tmpfs", 0, NULL));
	show("sethostname", sethostname("x", 1));
	show("settimeofday", syscall(SYS_settimeofday, &(struct timespec){ 1, 0 }, NULL));
	show("chroot", chroot("/tmp"));
	show("setuid 0", setuid(0));
	show("reboot", syscall(SYS_reboot, 0xfee1dead, 672274793, 0x89abcdef, NULL));
	show("kill init", kill(1, 0));
	show("enter 0700", chdir("/root/."));
	show("stat inside 0700", stat("/root/x", &st));
	show("setpriority up", syscall(SYS_setpriority, 0, 0, -5));
	show("open /dev/kmsg for writing", open("/dev/kmsg", O_WRONLY));
	umask(0);
	mkdir("/tmp/names_user", 0777);
	show("own directory", chdir("/tmp/names_user"));
	make("own", "x");
	show("chmod own", chmod("own", 04755));
	show("chown own to another", chown("own", 1001, -1));
	show("chgrp own to another group", chown("own", -1, 50));
	show("chgrp own to own group", chown("own", -1, 1000));
	stat("own", &st);
	say("mode %o, uid %d\n", st.st_mode & 07777, st.st_uid);
	show("write clears set-user-id", (chmod("own", 06777), write(open("own", O_WRONLY), "y", 1)));
	stat("own", &st);
	say("mode %o\n", st.st_mode & 07777);
	chdir("/tmp");
	unlink("/tmp/names_user/own");
	rmdir("/tmp/names_user");
}

int main(void)
{
	chmod("/root", 0700);
	renames();
	entries();
	working_directory();
	links();
	in_child("as a user", as_user);
	return 0;
}
