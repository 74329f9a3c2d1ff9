/*
 * descriptors.c - descriptor tables: lowest free number, dup, close-on-exec,
 * sharing after fork and clone, limits, flags, many at once.
 */
#include "show.h"
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>

static void numbers(void)
{
	int a = open("/dev/null", O_RDONLY), b = open("/dev/null", O_RDONLY), c;

	say("first %d %d\n", a, b);
	close(a);
	c = open("/dev/null", O_RDONLY);
	judge("the lowest free number", c == a);
	show("dup2 to 40", dup2(c, 40));
	show("dup takes the lowest", dup(40));
	show("F_DUPFD from 30", fcntl(c, F_DUPFD, 30));
	show("F_DUPFD from 40", fcntl(c, F_DUPFD, 40));
	show("F_DUPFD_CLOEXEC", fcntl(c, F_DUPFD_CLOEXEC, 50));
	show("its flag", fcntl(50, F_GETFD));
	show("dup clears it", fcntl(dup2(50, 51), F_GETFD));
	show("dup3 sets it", fcntl(dup3(c, 52, O_CLOEXEC), F_GETFD));
	show("dup2 over an open one", dup2(51, 52));
	show("its flag", fcntl(52, F_GETFD));
	show("close", close(40));
	show("close twice", close(40));
	show("close_range", syscall(SYS_close_range, 30, 60, 0));
	show("afterwards", fcntl(51, F_GETFD));
}

static void sharing(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0600), d = dup(fd), other;

	(void)!write(fd, "0123456789", 10);
	lseek(fd, 2, SEEK_SET);
	show("dup shares the offset", lseek(d, 0, SEEK_CUR));
	if (fork() == 0) {
		lseek(fd, 5, SEEK_SET);
		close(fd);
		_exit(0);
	}
	wait(NULL);
	show("fork shares it too", lseek(fd, 0, SEEK_CUR));
	other = open("f", O_RDONLY);
	show("another open does not", lseek(other, 0, SEEK_CUR));
	fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK);
	say("status flags %#x %#x\n", fcntl(d, F_GETFL), fcntl(other, F_GETFL));
	show("F_SETFL cannot change the access", (fcntl(other, F_SETFL, O_RDWR), fcntl(other, F_GETFL) & O_ACCMODE));
}

static int closes(void *arg) { close(*(int *)arg); return 0; }

static void tables(void)
{
	static char stack[65536] __attribute__((aligned(16)));
	int fd = open("f", O_RDONLY), status;

	waitpid(clone(closes, stack + sizeof stack, CLONE_FILES | SIGCHLD, &fd), &status, 0);
	show("a shared table: closed by the other", fcntl(fd, F_GETFD));
	fd = open("f", O_RDONLY);
	waitpid(clone(closes, stack + sizeof stack, SIGCHLD, &fd), &status, 0);
	show("a copied table: not", fcntl(fd, F_GETFD));
	close(fd);
}

static void limits(void)
{
	struct rlimit r;
	int n = 0, fd, last = -1;

	getrlimit(RLIMIT_NOFILE, &r);
	r.rlim_cur = 1000;
	show("setrlimit", setrlimit(RLIMIT_NOFILE, &r));
	while ((fd = open("/dev/null", O_RDONLY)) >= 0)
		last = fd, n++;
	say("then %s, last %d\n", errno_name(errno), last);
	show("dup", dup(0));
	show("pipe", pipe((int[2]){ 0, 0 }));
	show("dup2 to the limit", dup2(0, 1000));
	show("F_DUPFD from the limit", fcntl(0, F_DUPFD, 1000));
	r.rlim_cur = 10;
	setrlimit(RLIMIT_NOFILE, &r);
	show("those above a lowered limit stay", fcntl(999, F_GETFD));
	show("no new one", open("/dev/null", O_RDONLY));
	show("close_range all", syscall(SYS_close_range, 3, ~0u, 0));
	show("now there is one", open("/dev/null", O_RDONLY));
	r.rlim_cur = r.rlim_max + 1;
	show("soft above hard", setrlimit(RLIMIT_NOFILE, &r));
}

/* Open, close and dup in four processes sharing one table: numbers stay consistent. */
static int churn(void *arg)
{
	long bad = 0;

	(void)arg;
	for (int i = 0; i < 500; i++) {
		int a = open("/dev/null", O_RDWR), b = dup(a);

		bad += a < 0 || b < 0 || a == b;
		bad += write(a, "x", 1) != 1;
		bad += close(a) != 0;
		bad += write(b, "x", 1) != 1;
		bad += close(b) != 0;
	}
	return bad != 0;
}

static void churning(void)
{
	static char stacks[4][65536] __attribute__((aligned(16)));
	int bad = 0, status;

	for (int i = 0; i < 4; i++)
		if (clone(churn, stacks[i] + sizeof stacks[i], CLONE_FILES | SIGCHLD, NULL) < 0)
			fatal("clone");
	while (wait(&status) > 0)
		bad += status != 0;
	show("sharers that saw a wrong descriptor", bad);
}

static void resources(void)
{
	static const struct { const char *name; int id; } list[] = {
		{ "CPU", RLIMIT_CPU }, { "FSIZE", RLIMIT_FSIZE }, { "DATA", RLIMIT_DATA },
		{ "STACK", RLIMIT_STACK }, { "CORE", RLIMIT_CORE }, { "NOFILE", RLIMIT_NOFILE },
		{ "AS", RLIMIT_AS }, { "NPROC", RLIMIT_NPROC }, { "MEMLOCK", RLIMIT_MEMLOCK },
	};
	struct rlimit r;

	for (unsigned i = 0; i < sizeof list / sizeof list[0]; i++) {
		r = (struct rlimit){ 1 << 30, 1 << 30 };
		if (list[i].id == RLIMIT_NOFILE)
			r = (struct rlimit){ 20, 30 };
		show(list[i].name, prlimit(0, list[i].id, &r, NULL));
		prlimit(0, list[i].id, NULL, &r);
		say("  %ld %ld\n", (long)r.rlim_cur, (long)r.rlim_max);
	}
	if (setuid(1000) == 0) {
		r = (struct rlimit){ 20, 31 };
		show("a user raises a hard limit", setrlimit(RLIMIT_NOFILE, &r));
	}
}

static void file_size(void)
{
	struct rlimit r = { 1000, 1000 };
	int fd = open("big", O_WRONLY | O_CREAT, 0600);
	static char b[2000];

	setrlimit(RLIMIT_FSIZE, &r);
	signal(SIGXFSZ, SIG_IGN);
	show("write up to the limit", write(fd, b, 2000));
	show("write beyond", write(fd, b, 1));
	show("truncate beyond", ftruncate(fd, 2000));
	signal(SIGXFSZ, SIG_DFL);
	(void)!write(fd, b, 1);
}

static void address_space(void)
{
	struct rlimit r = { 64 << 20, 64 << 20 };
	void *p;

	setrlimit(RLIMIT_AS, &r);
	p = mmap(NULL, 32 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	show_ok("32 MiB of 64", p == MAP_FAILED ? -1 : 0);
	p = mmap(NULL, 64 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	show_ok("64 MiB more", p == MAP_FAILED ? -1 : 0);
}

static void cpu_time(void)
{
	struct rlimit r = { 1, 2 };

	setrlimit(RLIMIT_CPU, &r);
	for (;;)
		getppid();
}

int main(void)
{
	numbers();
	sharing();
	tables();
	in_child("limits", limits);
	churning();
	in_child("resources", resources);
	in_child("file size", file_size);
	in_child("address space", address_space);
	in_child("processor time", cpu_time);
	return 0;
}
