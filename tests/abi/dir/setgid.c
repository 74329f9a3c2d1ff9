/*
 * setgid.c - directories with the set-group-ID bit: what is made inside gets their group; and when the bit is kept.
 */
#include "../show.h"
#include <grp.h>
#include <sys/stat.h>

static void tell(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		say("%s: %s\n", path, errno_name(errno));
	else
		say("%s: %o uid %d gid %d\n", path, st.st_mode, st.st_uid, st.st_gid);
}

static void make(const char *prefix)
{
	char b[64];

	snprintf(b, sizeof b, "%s/file", prefix), close(open(b, O_CREAT | O_RDWR, 02775)), tell(b);
	snprintf(b, sizeof b, "%s/plain", prefix), close(open(b, O_CREAT | O_RDWR, 0664)), tell(b);
	snprintf(b, sizeof b, "%s/noexec", prefix), close(open(b, O_CREAT | O_RDWR, 02664)), tell(b);
	snprintf(b, sizeof b, "%s/dir", prefix), mkdir(b, 0755), tell(b);
	snprintf(b, sizeof b, "%s/dirs", prefix), mkdir(b, 07777), tell(b);
	snprintf(b, sizeof b, "%s/link", prefix), symlink("x", b), tell(b);
	snprintf(b, sizeof b, "%s/fifo", prefix), mknod(b, S_IFIFO | 02775, 0), tell(b);
	snprintf(b, sizeof b, "%s/node", prefix), mknod(b, S_IFREG | 02775, 0), tell(b);
}

static void as(int uid, int gid, int extra, const char *prefix)
{
	if (!fork()) {
		gid_t g = extra;

		setgroups(extra ? 1 : 0, &g), setresgid(gid, gid, gid), setresuid(uid, uid, uid);
		umask(0);
		make(prefix);
		show("chmod in a foreign group", chmod("foreign", 02775));
		tell("foreign");
		show("chmod without execution", chmod("foreign", 02664));
		tell("foreign");
		show("chown to the own group", chown("foreign", -1, gid));
		tell("foreign");
		show("chmod now", chmod("foreign", 02775));
		tell("foreign");
		_exit(0);
	}
	wait(NULL);
}

int main(void)
{
	int uid = 1000;

	umask(0);
	for (int i = 0; i < 3; i++) {
		const char *names[] = { "root", "user", "member" };

		mkdir(names[i], 02777), chown(names[i], 5, 500), chmod(names[i], 02777);
	}
	close(open("foreign", O_CREAT | O_RDWR, 0664)), chown("foreign", uid, 600);
	make("root");
	as(uid, 1000, 0, "user");
	chown("foreign", uid, 600);
	as(uid, 1000, 500, "member");
	mkdir("up", 0777), chown("up", 0, 7), mkdir("up/a", 0777), tell("up/a");
	return 0;
}
