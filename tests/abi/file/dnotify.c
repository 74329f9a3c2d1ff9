/*
 * dnotify.c - F_NOTIFY: which change in a directory signals what, once or many times, after close and fork.
 */
#include "../show.h"
#include <sys/stat.h>

static volatile int signals, last_fd, last_code;
static volatile long last_band;

static void on_note(int sig, siginfo_t *si, void *uc)
{
	(void)sig, (void)uc;
	signals++;
	last_fd = si->si_fd, last_code = si->si_code, last_band = si->si_band;
}

static void tell(const char *what)
{
	say("%s: %s\n", what, signals ? "told" : "not told");
	signals = 0;
}

static int dir(const char *path, unsigned mask)
{
	int fd = open(path, O_RDONLY);

	fcntl(fd, F_SETSIG, SIGRTMIN);
	show("F_NOTIFY", fcntl(fd, F_NOTIFY, mask));
	return fd;
}

static void each(const char *name, unsigned mask)
{
	int fd = dir("d", mask | DN_MULTISHOT), f;
	char b[256];

	say("-- %s\n", name);
	f = open("d/f", O_CREAT | O_RDWR, 0600), tell("create");
	(void)!write(f, "x", 1), tell("write");
	(void)!pread(f, b, 1, 0), tell("read");
	fchmod(f, 0640), tell("chmod");
	ftruncate(f, 0), tell("truncate");
	futimens(f, NULL), tell("utimens");
	rename("d/f", "d/g"), tell("rename inside");
	rename("d/g", "g"), tell("rename out");
	rename("g", "d/g"), tell("rename in");
	link("d/g", "d/h"), tell("link");
	unlink("d/h"), tell("unlink");
	mkdir("d/sub", 0700), tell("mkdir");
	close(open("d/sub/x", O_CREAT | O_RDWR, 0600)), tell("create below");
	unlink("d/sub/x"), rmdir("d/sub"), signals = 0;
	syscall(SYS_getdents64, fd, b, sizeof b), tell("list");
	chmod("d", 0700), tell("chmod the directory");
	close(f), tell("close");
	unlink("d/g"), tell("unlink the last");
	close(fd);
	close(open("d/z", O_CREAT | O_RDWR, 0600)), tell("after the close");
	unlink("d/z");
	signals = 0;
}

int main(void)
{
	struct sigaction sa = { .sa_sigaction = on_note, .sa_flags = SA_SIGINFO | SA_RESTART };
	int fd, other, status;

	sigaction(SIGRTMIN, &sa, NULL), sigaction(SIGIO, &sa, NULL);
	mkdir("d", 0755);
	each("access", DN_ACCESS);
	each("modify", DN_MODIFY);
	each("create", DN_CREATE);
	each("delete", DN_DELETE);
	each("rename", DN_RENAME);
	each("attrib", DN_ATTRIB);
	fd = dir("d", DN_CREATE);
	close(open("d/1", O_CREAT | O_RDWR, 0600));
	say("code %d band %#lx fd %s\n", last_code, last_band, last_fd == fd ? "right" : "wrong");
	tell("once");
	close(open("d/2", O_CREAT | O_RDWR, 0600)), tell("not twice");
	show("again", fcntl(fd, F_NOTIFY, DN_CREATE | DN_MULTISHOT));
	show("and more", fcntl(fd, F_NOTIFY, DN_DELETE | DN_MULTISHOT));
	close(open("d/3", O_CREAT | O_RDWR, 0600)), tell("the first still");
	unlink("d/3"), tell("the second too");
	show("none", fcntl(fd, F_NOTIFY, 0));
	unlink("d/2"), tell("none");
	show("multishot alone", fcntl(fd, F_NOTIFY, DN_MULTISHOT));
	show("unknown bits", fcntl(fd, F_NOTIFY, 0x1000));
	show("unknown bits and create", fcntl(fd, F_NOTIFY, 0x1000 | DN_CREATE | DN_MULTISHOT));
	other = dup(fd);
	if (!fork()) {
		close(open("d/4", O_CREAT | O_RDWR, 0600));
		close(fd), close(other);
		_exit(0);
	}
	while (wait(&status) < 0)
		;
	tell("a child creates");
	close(open("d/5", O_CREAT | O_RDWR, 0600)), tell("the child's close is no end");
	close(other);
	close(open("d/6", O_CREAT | O_RDWR, 0600)), tell("the duplicate's close is");
	fcntl(fd, F_SETSIG, 0);
	show("plain", fcntl(fd, F_NOTIFY, DN_CREATE));
	close(open("d/7", O_CREAT | O_RDWR, 0600));
	say("code %s\n", last_code == SI_KERNEL ? "SI_KERNEL" : "other"), tell("SIGIO");
	show("on a file", fcntl(open("d/7", O_RDONLY), F_NOTIFY, DN_CREATE));
	show("on O_PATH", fcntl(open("d", O_PATH), F_NOTIFY, DN_CREATE));
	show("removing from a file", fcntl(open("d/7", O_RDONLY), F_NOTIFY, 0));
	return 0;
}
