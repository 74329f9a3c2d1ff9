/* RLIMIT_FSIZE: SIGXFSZ and EFBIG, partial writes, each call that lengthens a file. */
#include "../show.h"
#include <sys/resource.h>

static volatile int caught;
static void handler(int sig) { caught = sig; }
static void tell(const char *what, long r)
{
	show(what, r);
	if (caught)
		say("  signal %d\n", caught);
	caught = 0;
}
static void fatal_one(void)
{
	int fd = open("/tmp/fsize2", O_RDWR | O_CREAT, 0600);

	signal(SIGXFSZ, SIG_DFL);
	lseek(fd, 1000, SEEK_SET);
	(void)!write(fd, "x", 1);
	say("not reached\n");
}

int main(void)
{
	struct rlimit l = { 1000, 2000 }, none = { 0, 0 };
	int fd = open("/tmp/fsize", O_RDWR | O_CREAT | O_TRUNC, 0600), in, fds[2];
	static char buf[4096];
	off_t at = 0;

	setrlimit(RLIMIT_CORE, &none);
	signal(SIGXFSZ, handler);
	setrlimit(RLIMIT_FSIZE, &l);
	tell("within", write(fd, buf, 900));
	tell("across", write(fd, buf, 900));
	tell("at the limit", write(fd, buf, 1));
	tell("nothing at the limit", write(fd, buf, 0));
	tell("pwrite beyond", pwrite(fd, buf, 10, 5000));
	tell("pwrite within", pwrite(fd, buf, 10, 0));
	tell("truncate beyond", ftruncate(fd, 1001));
	tell("truncate to it", ftruncate(fd, 1000));
	tell("fallocate beyond", fallocate(fd, 0, 0, 1001));
	tell("fallocate within", fallocate(fd, 0, 0, 500));
	lseek(fd, 0, SEEK_END);
	in = open("/proc/self/exe", O_RDONLY);
	tell("sendfile", syscall(SYS_sendfile, fd, in, &at, 100));
	(void)!pipe(fds);
	(void)!write(fds[1], buf, 100);
	tell("splice", syscall(SYS_splice, fds[0], NULL, fd, NULL, 100, 0));
	tell("pipes do not care", write(fds[1], buf, 4096) == 4096 ? 0 : -1);
	signal(SIGXFSZ, SIG_IGN);
	tell("ignored", write(fd, buf, 1));
	in_child("default", fatal_one);
	l.rlim_cur = 0;
	setrlimit(RLIMIT_FSIZE, &l);
	signal(SIGXFSZ, handler);
	tell("limit 0: devices", write(open("/dev/null", O_WRONLY), buf, 10));
	tell("limit 0: file", pwrite(fd, buf, 1, 0));
	unlink("/tmp/fsize");
}
