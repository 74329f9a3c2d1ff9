/*
 * lease_break.c - F_SETLEASE: who must wait for whom, what ends the waiting, and what a lease becomes meanwhile.
 */
#include "../show.h"
#include <sys/stat.h>

static volatile int signals, last_fd, last_code;
static volatile long last_band;
static int keep;

static void on_io(int sig, siginfo_t *si, void *uc)
{
	(void)sig, (void)uc;
	signals++;
	last_fd = si->si_fd, last_code = si->si_code, last_band = si->si_band;
}

static const char *name(long type)
{
	return type == F_RDLCK ? "read" : type == F_WRLCK ? "write" : type == F_UNLCK ? "none" : errno_name(errno);
}

/* A child does it while we hold a lease of `type`; told, we answer with `answer` (-1: not at all). */
static void broken(const char *what, int type, int open_flags, int answer, void (*does)(void))
{
	int fd = open("f", O_RDONLY), status;
	pid_t pid;

	if (fd < 0 || fcntl(fd, F_SETSIG, SIGRTMIN) || fcntl(fd, F_SETLEASE, type))
		fatal("%s: lease", what);
	signals = 0;
	pid = fork();
	if (!pid) {
		close(fd);                      /* the lease is the file's, not the descriptor's */
		if (does)
			does(), _exit(errno);
		_exit(open("f", open_flags, 0600) < 0 ? errno : 0);
	}
	for (int i = 0; !signals && i < 100; i++)
		sleep_ms(1);
	say("%s: %s, code %d band %#lx fd %s, lease now %s", what, signals ? "told" : "not told", signals ? last_code : 0,
	    signals ? last_band : 0, last_fd == fd ? "right" : "wrong", name(fcntl(fd, F_GETLEASE)));
	if (answer >= 0)
		say(", answer %s", fcntl(fd, F_SETLEASE, answer) ? errno_name(errno) : "ok");
	while (waitpid(pid, &status, 0) < 0)
		;
	say(", child %s, lease then %s\n", WEXITSTATUS(status) ? errno_name(WEXITSTATUS(status)) : "ok", name(fcntl(fd, F_GETLEASE)));
	close(fd);
}

static void truncates(void) { errno = 0, (void)!truncate("f", 3); }
static void renames(void) { errno = 0, rename("f", "g"), rename("g", "f"); }
static void stats(void) { struct stat st; errno = 0, stat("f", &st), chmod("f", 0600), access("f", R_OK); }
static void on_alarm(int sig) { (void)sig; }
static void interrupted(void)
{
	struct sigaction sa = { .sa_handler = on_alarm };

	sigaction(SIGALRM, &sa, NULL);
	tick_every(20);
	errno = 0;
	(void)!open("f", O_WRONLY);
	tick_every(0);
}

static void set(const char *file, const char *value)
{
	int fd = open(file, O_WRONLY);

	show(value, write(fd, value, strlen(value)));
	close(fd);
}

int main(void)
{
	struct sigaction sa = { .sa_sigaction = on_io, .sa_flags = SA_SIGINFO | SA_RESTART };
	int64_t start;
	int fd;

	sigaction(SIGRTMIN, &sa, NULL);
	keep = open("f", O_CREAT | O_RDWR, 0600);
	(void)!write(keep, "hello", 5);
	close(keep);
	broken("write lease, reader", F_WRLCK, O_RDONLY, F_RDLCK, NULL);
	broken("write lease, reader, given up", F_WRLCK, O_RDONLY, F_UNLCK, NULL);
	broken("write lease, writer", F_WRLCK, O_WRONLY, F_UNLCK, NULL);
	broken("write lease, reader, not waiting", F_WRLCK, O_RDONLY | O_NONBLOCK, -1, NULL);
	broken("read lease, reader", F_RDLCK, O_RDONLY, -1, NULL);
	broken("read lease, writer", F_RDLCK, O_RDWR, F_UNLCK, NULL);
	broken("read lease, writer, not waiting", F_RDLCK, O_RDWR | O_NONBLOCK, -1, NULL);
	broken("read lease, O_TRUNC", F_RDLCK, O_WRONLY | O_TRUNC, F_UNLCK, NULL);
	broken("read lease, O_PATH", F_RDLCK, O_PATH, -1, NULL);
	broken("read lease, truncate", F_RDLCK, 0, F_UNLCK, truncates);
	broken("read lease, rename", F_RDLCK, 0, -1, renames);
	broken("write lease, attributes", F_WRLCK, 0, -1, stats);
	broken("interrupted", F_RDLCK, 0, -1, interrupted);
	set("/proc/sys/fs/lease-break-time", "1");
	start = now_ns();
	broken("time is up", F_RDLCK, O_WRONLY, -1, NULL);
	judge("after a second", within(now_ns() - start, 700000000, 2500000000));
	set("/proc/sys/fs/lease-break-time", "45");
	fd = open("f", O_RDONLY);
	show("two read leases", fcntl(fd, F_SETLEASE, F_RDLCK) | fcntl(open("f", O_RDONLY), F_SETLEASE, F_RDLCK));
	show("no write lease beside", fcntl(fd, F_SETLEASE, F_WRLCK));
	close(fd);
	mknod("theirs", S_IFREG | 0666, 0);
	if (!fork()) {
		setresuid(1000, 1000, 1000);
		show("another's file", fcntl(open("theirs", O_RDONLY), F_SETLEASE, F_RDLCK));
		_exit(0);
	}
	wait(NULL);
	set("/proc/sys/fs/leases-enable", "0");
	show("switched off", fcntl(open("theirs", O_RDONLY), F_SETLEASE, F_RDLCK));
	set("/proc/sys/fs/leases-enable", "1");
	return 0;
}
