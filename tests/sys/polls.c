/*
 * polls.c - poll, ppoll and select on pipes, FIFOs, terminals and files: which
 * events, wake-ups, time limits, signals.
 */
#include "show.h"
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/select.h>

static void on_signal(int sig) { (void)sig; }

static void events(const char *what, int fd, int wanted)
{
	struct pollfd p = { fd, wanted, 0 };
	int n = poll(&p, 1, 0);

	say("%s: %d, events %#x\n", what, n, p.revents);
}

static void states(void)
{
	static char big[65536];
	int p[2], all = POLLIN | POLLOUT | POLLPRI | 0x2000;

	(void)!pipe2(p, O_NONBLOCK);
	events("empty pipe, read end", p[0], all);
	events("empty pipe, write end", p[1], all);
	(void)!write(p[1], "x", 1);
	events("filled pipe, read end", p[0], all);
	while (write(p[1], big, sizeof big) > 0)
		;
	events("full pipe, write end", p[1], all);
	close(p[1]);
	events("full pipe without writers", p[0], all);
	while (read(p[0], big, sizeof big) > 0)
		;
	events("empty pipe without writers", p[0], all);
	close(p[0]);
	(void)!pipe(p);
	close(p[0]);
	events("pipe without readers", p[1], all);
	events("file", open("f", O_RDWR | O_CREAT, 0600), all);
	events("directory", open("/", O_RDONLY), all);
	events("/dev/null", open("/dev/null", O_RDWR), all);
	events("/dev/zero", open("/dev/zero", O_RDWR), all);
	events("/proc/mounts", open("/proc/mounts", O_RDONLY), POLLIN);
	events("closed descriptor", 999, all);
	events("negative descriptor", -1, all);
}

static void waits(void)
{
	int p[2];
	struct pollfd f[2] = { { -1, POLLIN, 0 }, { 0, POLLIN, 0 } };
	int64_t t = now_ns();

	(void)!pipe(p);
	f[1].fd = p[0];
	show("time limit", poll(f, 2, 50));
	judge("about as long", within(now_ns() - t, 49000000, 3000000000ll));
	if (fork() == 0) {
		sleep_ms(50);
		(void)!write(p[1], "x", 1);
		_exit(0);
	}
	t = now_ns();
	show("woken by a write", poll(f, 2, 10000));
	judge("not before", within(now_ns() - t, 20000000, 5000000000ll));
	say("events %#x %#x\n", f[0].revents, f[1].revents);
	wait(NULL);
	(void)!read(p[0], &(char){ 0 }, 1);
	if (fork() == 0) {
		close(p[0]);
		sleep_ms(30);
		_exit(0);
	}
	close(p[1]);
	show("woken by the last writer's end", poll(f, 2, 10000));
	say("events %#x\n", f[1].revents);
	wait(NULL);
	show("nothing to watch, no time", poll(NULL, 0, 0));
	t = now_ns();
	show("nothing to watch, 30 ms", poll(NULL, 0, 30));
	judge("slept", now_ns() - t >= 29000000);
}

static void signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct timespec t = { 5, 0 };
	sigset_t none, alarm_only;
	int p[2];
	struct pollfd f = { 0, POLLIN, 0 };

	(void)!pipe(p);
	f.fd = p[0];
	sigaction(SIGALRM, &sa, NULL);
	tick_every(30);
	show("poll, signal despite SA_RESTART", poll(&f, 1, 5000));
	tick_every(0);
	sigemptyset(&none);
	sigemptyset(&alarm_only);
	sigaddset(&alarm_only, SIGALRM);
	sigprocmask(SIG_BLOCK, &alarm_only, NULL);
	raise(SIGALRM);
	show("poll, signal blocked", poll(&f, 1, 20));
	show("ppoll, unblocks it", ppoll(&f, 1, &t, &none));
	ualarm(30000, 0);
	show("pselect, unblocks it", pselect(0, NULL, NULL, NULL, &t, &none));
}

static void selects(void)
{
	struct timeval t = { 0, 30000 }, zero = { 0, 0 };
	fd_set r, w, e;
	int p[2], n;

	(void)!pipe(p);
	FD_ZERO(&r);
	FD_ZERO(&w);
	FD_ZERO(&e);
	FD_SET(p[0], &r);
	FD_SET(p[1], &w);
	FD_SET(p[0], &e);
	n = select(p[1] + 1, &r, &w, &e, &zero);
	say("select %d: %d %d %d\n", n, FD_ISSET(p[0], &r) != 0, FD_ISSET(p[1], &w) != 0, FD_ISSET(p[0], &e) != 0);
	(void)!write(p[1], "x", 1);
	FD_ZERO(&r);
	FD_SET(p[0], &r);
	n = select(p[0] + 1, &r, NULL, NULL, NULL);
	say("select %d: %d\n", n, FD_ISSET(p[0], &r) != 0);
	(void)!read(p[0], &(char){ 0 }, 1);
	n = select(p[0] + 1, &r, NULL, NULL, &t);
	say("select, time limit %d: %d, time left %ld\n", n, FD_ISSET(p[0], &r) != 0, (long)t.tv_usec);
	FD_SET(900, &r);
	show("select, closed descriptor", select(901, &r, NULL, NULL, &zero));
}

static void terminals(void)
{
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY), unlock = 0, nr, slave;
	char name[32], b[16];

	ioctl(master, TIOCSPTLCK, &unlock);
	ioctl(master, TIOCGPTN, &nr);
	snprintf(name, sizeof name, "/dev/pts/%d", nr);
	slave = open(name, O_RDWR | O_NOCTTY);
	events("terminal, nothing typed", slave, POLLIN | POLLOUT);
	(void)!write(master, "ab", 2);
	sleep_ms(20);
	events("terminal, half a line", slave, POLLIN | POLLOUT);
	(void)!write(master, "c\n", 2);
	sleep_ms(20);
	events("terminal, a line", slave, POLLIN | POLLOUT);
	events("master, echo to read", master, POLLIN | POLLOUT);
	show("line", read(slave, b, sizeof b));
	close(slave);
	while (read(master, b, sizeof b) > 0)
		;
	events("master, terminal closed", master, POLLIN);
}

/* A thousand descriptors at once. */
static void many(void)
{
	static struct pollfd f[1000];
	int p[2];

	(void)!pipe(p);
	for (int i = 0; i < 1000; i++)
		f[i].fd = p[0], f[i].events = POLLIN;
	show("poll of 1000, none ready", poll(f, 1000, 0));
	(void)!write(p[1], "x", 1);
	show("poll of 1000, all ready", poll(f, 1000, -1));
}

int main(void)
{
	states();
	waits();
	signals();
	selects();
	terminals();
	many();
	return 0;
}
