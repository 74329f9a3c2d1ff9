/* The mqueue file system: mounted, listed, its files read, unlinked; limits. */
#include "../show.h"
#include <dirent.h>
#include <mqueue.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

static void look(const char *name)
{
	char path[64], text[40] = "";
	int fd;

	snprintf(path, sizeof path, "/proc/sys/fs/mqueue/%s", name);
	fd = open(path, O_RDONLY);
	(void)!read(fd, text, sizeof text - 1);
	close(fd);
	say("%s %s", name, text);
}

int main(void)
{
	struct mq_attr a = { .mq_maxmsg = 4, .mq_msgsize = 32 };
	struct dirent *e;
	struct statfs fs;
	struct stat st;
	char text[100] = "";
	int q, fd;
	DIR *d;

	show("of our own", unshare(CLONE_NEWIPC));
	look("msg_default");
	look("msg_max");
	look("msgsize_default");
	look("msgsize_max");
	look("queues_max");
	mkdir("/tmp/mq", 0700);
	show("mount", mount("mqueue", "/tmp/mq", "mqueue", 0, NULL));
	q = mq_open("/seen", O_RDWR | O_CREAT, 0640, &a);
	mq_send(q, "hello", 5, 0);
	d = opendir("/tmp/mq");
	while ((e = readdir(d)))
		if (e->d_name[0] != '.')
			say("%s\n", e->d_name);
	closedir(d);
	statfs("/tmp/mq", &fs);
	say("magic %lx\n", (long)fs.f_type);
	stat("/tmp/mq", &st);
	say("mode %o size %ld\n", st.st_mode, st.st_size);
	fd = open("/tmp/mq/seen", O_RDONLY);
	(void)!read(fd, text, sizeof text - 1);
	say("%s", text);
	show("write", write(fd, "x", 1));
	show("a new one", open("/tmp/mq/made", O_RDWR | O_CREAT, 0600) >= 0 ? 0 : -1);
	show("mkdir", mkdir("/tmp/mq/dir", 0700));
	mq_getattr(mq_open("/made", O_RDONLY), &a);
	say("max %ld size %ld\n", a.mq_maxmsg, a.mq_msgsize);
	show("unlink", unlink("/tmp/mq/seen"));
	show("gone", mq_open("/seen", O_RDONLY));
	show("umount", umount2("/tmp/mq", MNT_DETACH));
	return 0;
}
