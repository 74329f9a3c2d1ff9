/* mq_open(2), mq_unlink(2), mq_getsetattr(2): names, flags, attributes, limits. */
#include "../show.h"
#include <mqueue.h>
#include <sys/stat.h>
#include <sys/resource.h>

static long open_raw(const char *name, int flags, int mode, struct mq_attr *a) { return syscall(SYS_mq_open, name, flags, mode, a); }

int main(void)
{
	struct mq_attr a = { .mq_maxmsg = 3, .mq_msgsize = 16 }, now, none = { 0 };
	struct rlimit small = { 1000, 1000 };
	char name[300];
	struct stat st;
	long q, r;

	show("absent", open_raw("q", O_RDWR, 0, NULL));
	q = open_raw("q", O_RDWR | O_CREAT, 0640, &a);
	show_ok("create", q);
	show("cloexec", fcntl(q, F_GETFD));
	show("exclusive", open_raw("q", O_RDWR | O_CREAT | O_EXCL, 0600, &a));
	show_ok("again", r = open_raw("q", O_RDONLY | O_CREAT, 0600, NULL));
	show("bad access mode", open_raw("q", O_WRONLY | O_RDWR, 0, NULL));
	fstat(q, &st);
	say("mode %o size %ld\n", st.st_mode, st.st_size);
	show("getattr", syscall(SYS_mq_getsetattr, r, NULL, &now));
	say("flags %ld max %ld size %ld now %ld\n", now.mq_flags, now.mq_maxmsg, now.mq_msgsize, now.mq_curmsgs);
	a.mq_flags = O_NONBLOCK;
	show("setattr", syscall(SYS_mq_getsetattr, r, &a, &now));
	say("flags before %ld\n", now.mq_flags);
	say("flags %#x\n", fcntl(r, F_GETFL));
	a.mq_flags = 1;
	show("setattr of others", syscall(SYS_mq_getsetattr, r, &a, &now));
	a.mq_flags = 0;
	show("getattr of a file", syscall(SYS_mq_getsetattr, 1, NULL, &now));
	show("getattr to nowhere", syscall(SYS_mq_getsetattr, r, NULL, KERNEL_ADDRESS));
	show("zeroes", open_raw("z", O_RDWR | O_CREAT, 0600, &none));
	a.mq_maxmsg = 65537;
	show("many", open_raw("z", O_RDWR | O_CREAT, 0600, &a));
	a.mq_maxmsg = 10;
	a.mq_msgsize = (16 << 20) + 1;
	show("large", open_raw("z", O_RDWR | O_CREAT, 0600, &a));
	show("empty name", open_raw("", O_RDWR | O_CREAT, 0600, NULL));
	show("slash", open_raw("/a", O_RDWR | O_CREAT, 0600, NULL));
	show("dot", open_raw(".", O_RDWR | O_CREAT, 0600, NULL));
	memset(name, 'n', sizeof name);
	name[256] = 0;
	show("long name", open_raw(name, O_RDWR | O_CREAT, 0600, NULL));
	name[255] = 0;
	show_ok("longest name", open_raw(name, O_RDWR | O_CREAT, 0600, NULL));
	show("unlink", syscall(SYS_mq_unlink, name));
	show("bad name", open_raw(KERNEL_ADDRESS, O_RDWR, 0, NULL));
	show("bad attributes", open_raw("z", O_RDWR | O_CREAT, 0600, KERNEL_ADDRESS));
	if (!fork()) {
		setgid(9);
		setuid(9);
		show("another's", open_raw("q", O_RDONLY, 0, NULL));
		show("unlink another's", syscall(SYS_mq_unlink, "q"));
		a = (struct mq_attr){ .mq_maxmsg = 11, .mq_msgsize = 10 };
		show("beyond the limit", open_raw("own", O_RDWR | O_CREAT, 0600, &a));
		show_ok("without rights to its owner", open_raw("own", O_RDWR | O_CREAT, 0, NULL));
		show("again", open_raw("own", O_RDWR, 0, NULL));
		setrlimit(RLIMIT_MSGQUEUE, &small);
		show("beyond RLIMIT_MSGQUEUE", open_raw("own2", O_RDWR | O_CREAT, 0600, NULL));
		show("unlink", syscall(SYS_mq_unlink, "own"));
		_exit(0);
	}
	wait(NULL);
	show("unlink", syscall(SYS_mq_unlink, "q"));
	show("twice", syscall(SYS_mq_unlink, "q"));
	show("still there", syscall(SYS_mq_getsetattr, q, NULL, &now));
	return 0;
}
