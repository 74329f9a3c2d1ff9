/*
 * out_of_memory.c - ways to use up all memory of a small guest, which must go on.
 *
 * A supervisor that may not be killed runs each way as user 1000 for a while, ends it, and looks whether the guest
 * still works. What kernel objects cost must end in an error or in the death of who holds them.
 */
#include "memory.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define LIMIT_MS 1000

static void ended(const char *what, long n)
{
	say("%s: %s after %s\n", what, errno_name(errno), n > 10 ? "many" : "few");
	_exit(0);
}

static void hog(void)
{
	for (;;) {
		char *p = mmap(NULL, MB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			ended("mmap", 99);
		memset(p, 1, MB);
	}
}

/* Each child touches some memory, and makes another. */
static void bomb(void)
{
	for (;;) {
		char *p = mmap(NULL, MB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p != MAP_FAILED)
			memset(p, 1, MB);
		if (fork() < 0)
			sleep_ms(10);
	}
}

static void tmpfs(void)
{
	int fd = open("/tmp/fill", O_RDWR | O_CREAT | O_TRUNC, 0600);
	static char buf[65536];
	long n = 0;

	memset(buf, 1, sizeof buf);
	while (write(fd, buf, sizeof buf) > 0)
		n++;
	int err = errno;
	unlink("/tmp/fill");
	errno = err;
	ended("write", n);
}

/* Descriptors by the thousand: in children, each with as many as it may have. */
static void descriptors(const char *what, long (*make)(void))
{
	struct rlimit l = { 4096, 4096 };

	setrlimit(RLIMIT_NOFILE, &l);
	for (int i = 0; i < 40; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			while (make() >= 0)
				;
			pause();
		}
		if (pid < 0)
			break;
		sleep_ms(10);
	}
	sleep_ms(300);
	say("%s: enough\n", what);
	_exit(0);
}

static long one_pipe(void)
{
	static char buf[65536];
	int p[2];

	if (pipe2(p, O_NONBLOCK))
		return -1;
	(void)!fcntl(p[1], F_SETPIPE_SZ, MB);
	while (write(p[1], buf, sizeof buf) > 0)
		;
	return 0;
}

static long one_socket(void)
{
	static char buf[65536];
	int s[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s))
		return -1;
	while (send(s[0], buf, sizeof buf, MSG_NOSIGNAL) > 0)
		;
	return 0;
}

static long one_epoll(void)
{
	static int evs[64], nr;
	struct epoll_event e = { .events = EPOLLIN };
	int ep = epoll_create1(0);

	if (ep < 0)
		return -1;
	while (nr < 64 && (evs[nr] = eventfd(0, 0)) >= 0)
		nr++;
	for (int i = 0; i < nr; i++)
		epoll_ctl(ep, EPOLL_CTL_ADD, evs[i], &e);
	return 0;
}

static long one_inotify(void)
{
	int fd = inotify_init1(IN_NONBLOCK);

	if (fd >= 0)
		inotify_add_watch(fd, "/tmp", IN_ALL_EVENTS);
	return fd;
}

static void pipes(void) { descriptors("pipes", one_pipe); }
static void sockets(void) { descriptors("sockets", one_socket); }
static void epolls(void) { descriptors("epolls", one_epoll); }
static void inotifies(void) { descriptors("inotify", one_inotify); }

/* A page in each 2 MiB: as much for tables as for pages. */
static void tables(void)
{
	for (long n = 0;; n++) {
		char *p = mmap(NULL, 1ul << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

		if (p == MAP_FAILED)
			ended("mmap", n);
		for (size_t at = 0; at < 1ul << 30; at += 2 * MB)
			(void)*(volatile char *)(p + at);
	}
}

static void vmas(void)
{
	char *p = mmap(NULL, 200000 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	long n;

	for (n = 0; n < 100000; n++)
		if (mprotect(p + 2 * n * PAGE, PAGE, PROT_READ))
			ended("mprotect", n);
	ended("none", n);
}

static void forks(void)
{
	for (;;)
		if (fork() < 0)
			sleep_ms(10);
}

static const struct { const char *name; void (*run)(void); } ways[] = {
	{ "hog", hog }, { "bomb", bomb }, { "tmpfs", tmpfs }, { "tables", tables }, { "vmas", vmas }, { "forks", forks },
	{ "pipes", pipes }, { "sockets", sockets }, { "epolls", epolls }, { "inotify", inotifies },
};

static void one(const char *name, void (*run)(void))
{
	int64_t until = now_ns() + LIMIT_MS * 1000000ll;
	pid_t pid = fork();

	if (pid == 0) {
		struct rlimit none = { 0, 0 };

		setrlimit(RLIMIT_CORE, &none);
		setpgid(0, 0);
		adjust("0");
		if (setgid(1000) || setuid(1000))
			fatal("setuid");
		run();
	}
	end_group(pid, until, 300);
	in_child(name, works);
}

/* A process with its memory and score; it lives until it is killed. */
static pid_t holder(size_t bytes, const char *score)
{
	pid_t pid = fork();

	if (pid == 0) {
		adjust(score);
		memset(mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1, bytes);
		for (;;)
			pause();
	}
	sleep_ms(50);
	return pid;
}

/* oom_score_adj: a small process that offers itself goes first, then the hog; a large one that is protected stays. */
static void choice(void)
{
	pid_t protected = holder(24 * MB, "-1000"), offered = holder(MB, "1000"), greedy = fork();
	int status;

	if (greedy == 0) {
		adjust("0");
		hog();
	}
	waitpid(offered, &status, 0);
	say("offered: %s\n", ending(status));
	waitpid(greedy, &status, 0);
	say("hog: %s\n", ending(status));
	say("protected: %s\n", waitpid(protected, &status, WNOHANG) ? "gone" : "lives");
	kill(protected, SIGKILL);
	waitpid(protected, NULL, 0);
}

int main(int argc, char **argv)
{
	adjust("-1000");
	if (argc < 2 || !strcmp(argv[1], "choice"))
		choice();
	for (unsigned i = 0; i < sizeof ways / sizeof ways[0]; i++)
		if (argc < 2 || !strcmp(argv[1], ways[i].name))
			one(ways[i].name, ways[i].run);
	say("all is well\n");
	return 0;
}
