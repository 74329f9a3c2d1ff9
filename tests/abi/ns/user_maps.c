/* What may be written to uid_map and gid_map, by a privileged parent. */
#include "../show.h"
#include <sched.h>
#include <sys/stat.h>
#include <grp.h>

static pid_t child;
static int to_child[2], to_parent[2];

static int put(const char *name, const char *text)
{
	char path[64];
	int fd, n, e;

	snprintf(path, sizeof path, "/proc/%d/%s", child, name);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	e = errno;
	close(fd);
	errno = e;
	return n < 0 ? -1 : 0;
}

static void body(void)
{
	char c;
	struct stat st;
	gid_t g[4];
	int n;

	show("unshare", unshare(CLONE_NEWUSER));
	(void)!write(to_parent[1], "x", 1);
	(void)!read(to_child[0], &c, 1);
	say("ids %d %d\n", getuid(), getgid());
	show("setgroups", setgroups(2, (gid_t[]){ 5, 105 }));
	show("setgroups unmapped", setgroups(1, (gid_t[]){ 50 }));
	show("setgid", setgid(3));
	show("setuid", setuid(101));
	say("ids %d %d\n", getuid(), getgid());
	n = getgroups(4, g);
	say("%d groups: %d %d\n", n, g[0], g[1]);
	n = open("/tmp/map-file", O_CREAT | O_RDWR | O_EXCL, 0600);
	fstat(n, &st);
	say("new file: %d %d\n", st.st_uid, st.st_gid);
	_exit(0);
}

int main(void)
{
	static char many[8192];
	struct stat st;
	int status;
	char c;

	unlink("/tmp/map-file");
	umask(0);
	chmod("/tmp", 01777);
	pipe(to_child);
	pipe(to_parent);
	child = fork();
	if (!child)
		body();
	(void)!read(to_parent[0], &c, 1);
	show("empty", put("uid_map", ""));
	show("newline", put("uid_map", "\n"));
	show("two numbers", put("uid_map", "0 5\n"));
	show("four numbers", put("uid_map", "0 5 1 1\n"));
	show("words", put("uid_map", "a b c\n"));
	show("count 0", put("uid_map", "0 5 0\n"));
	show("wraps", put("uid_map", "4294967290 5 10\n"));
	show("-1", put("uid_map", "4294967295 5 1\n"));
	show("overlap inside", put("uid_map", "0 100 10\n5 200 10\n"));
	show("overlap outside", put("uid_map", "0 100 10\n50 105 10\n"));
	show("empty line between", put("uid_map", "0 100 10\n\n50 205 10\n"));
	for (int i = 0; i < 341; i++)
		sprintf(many + strlen(many), "%d %d 1\n", i, i);
	show("341 lines", put("uid_map", many));
	memset(many, ' ', 4096);
	many[4096] = 0;
	show("a page", put("uid_map", many));
	show("uid_map", put("uid_map", "  0 2000 10\n100\t3000  5"));
	show("again", put("uid_map", "0 2000 10\n"));
	show("gid_map", put("gid_map", "0 4000 10\n100 5000 10\n1000 0 1\n"));
	show("setgroups after gid_map", put("setgroups", "deny"));
	show("setgroups allow", put("setgroups", "allow\n"));
	show("setgroups nonsense", put("setgroups", "alow"));
	(void)!write(to_child[1], "x", 1);
	waitpid(child, &status, 0);
	say("%s\n", ending(status));
	stat("/tmp/map-file", &st);
	say("outside: %d %d\n", st.st_uid, st.st_gid);
	child = getpid();
	show("own map", put("uid_map", "0 0 1\n"));
	return 0;
}
