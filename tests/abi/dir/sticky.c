/*
 * sticky.c - directories with the sticky bit: who may remove and rename what; and the same without it.
 */
#include "../show.h"
#include <grp.h>
#include <sys/stat.h>

static void make(const char *path, int uid)
{
	close(open(path, O_CREAT | O_RDWR, 0666));
	chown(path, uid, uid);
}

static void as(int uid, void (*f)(void))
{
	if (!fork()) {
		setgroups(0, NULL), setresgid(uid, uid, uid), setresuid(uid, uid, uid);
		f();
		_exit(0);
	}
	wait(NULL);
}

static void of_other(void)
{
	show("another's, sticky", unlink("s/theirs"));
	show("another's, plain", unlink("p/theirs"));
	show("rename another's", rename("s/theirs", "s/x"));
	show("rename over another's", rename("s/mine", "s/theirs"));
	show("exchange with another's", syscall(SYS_renameat2, AT_FDCWD, "s/mine", AT_FDCWD, "s/theirs", 2));
	show("rename away", rename("s/theirs", "p/y"));
	show("rename mine into", rename("p/mine", "s/new"));
	show("rmdir another's", rmdir("s/dir"));
	show("mine", unlink("s/mine"));
	show("link", link("s/theirs", "p/hard"));
	show("chmod the directory", chmod("s", 0777));
	show("missing", unlink("s/none"));
	show("open another's with O_CREAT", open("s/theirs", O_CREAT | O_WRONLY, 0600) >= 0 ? 0 : -1);
}

static void of_owner(void)
{
	show("the directory's owner", unlink("s/theirs"));
}

int main(void)
{
	umask(0);
	mkdir("s", 01777), mkdir("p", 0777);
	make("s/mine", 1000), make("s/theirs", 1001), make("p/mine", 1000), make("p/theirs", 1001);
	mkdir("s/dir", 0777), chown("s/dir", 1001, 1001);
	as(1000, of_other);
	make("s/theirs", 1001), make("s/mine", 1000);
	chown("s", 1002, 1002);
	as(1000, of_other);
	as(1002, of_owner);
	return 0;
}
