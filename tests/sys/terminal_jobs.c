/*
 * terminal_jobs.c - job control on a pseudo terminal, call by call: sessions,
 * controlling terminal, foreground group, keys that send signals, TTIN and
 * TTOU, orphaned groups, hang-up.
 * limit: 60
 */
#include "show.h"
#include <sys/ioctl.h>
#include <termios.h>

static int master, slave;
static volatile int last_signal;

static void note_signal(int sig) { last_signal = sig; }

static int open_pair(void)
{
	int unlock = 0, nr;
	char name[32];

	master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	if (master < 0 || ioctl(master, TIOCSPTLCK, &unlock) || ioctl(master, TIOCGPTN, &nr))
		fatal("/dev/ptmx");
	snprintf(name, sizeof name, "/dev/pts/%d", nr);
	return slave = open(name, O_RDWR | O_NOCTTY);
}

static void lead(void)
{
	setsid();
	if (ioctl(slave, TIOCSCTTY, 0))
		fatal("TIOCSCTTY");
}

static void sessions(void)
{
	pid_t pid = getpid(), got;

	show("setsid by a leader of a group", (setpgid(0, 0), setsid()));
	if (fork())
		_exit((wait(NULL), 0));
	pid = getpid();
	judge("setsid", setsid() == pid);
	judge("group and session", getpgid(0) == pid && getsid(0) == pid);
	show("/dev/tty without one", open("/dev/tty", O_RDWR));
	show("tcgetpgrp, not our terminal", ioctl(slave, TIOCGPGRP, &got));
	show("TIOCSCTTY", ioctl(slave, TIOCSCTTY, 0));
	show_ok("/dev/tty", open("/dev/tty", O_RDWR));
	judge("foreground group is ours", tcgetpgrp(slave) == pid);
	judge("session of the terminal", tcgetsid(slave) == pid);
	show("TIOCSCTTY again", ioctl(slave, TIOCSCTTY, 0));
	show("tcsetpgrp, no such group", tcsetpgrp(slave, 99999));
	show("tcsetpgrp, init's group", tcsetpgrp(slave, 1));
	show("TIOCNOTTY", (signal(SIGHUP, SIG_IGN), ioctl(slave, TIOCNOTTY)));
	show("/dev/tty afterwards", open("/dev/tty", O_RDWR));
}

static void take_by_open(void)
{
	char name[32];
	int nr;

	ioctl(master, TIOCGPTN, &nr);
	snprintf(name, sizeof name, "/dev/pts/%d", nr);
	setsid();
	show_ok("open with O_NOCTTY", open(name, O_RDWR | O_NOCTTY));
	show("/dev/tty", open("/dev/tty", O_RDWR));
	show_ok("open without", open(name, O_RDWR));
	show_ok("/dev/tty", open("/dev/tty", O_RDWR));
	_exit(0);
}

/* Type a key; the foreground child says how it ended. */
static void key(const char *what, char c)
{
	int status;
	pid_t pid;

	if ((pid = fork()) == 0) {
		setpgid(0, 0);
		for (;;)
			pause();
	}
	setpgid(pid, pid);
	tcsetpgrp(slave, pid);
	(void)!write(master, &c, 1);
	if (waitpid(pid, &status, WUNTRACED) != pid)
		fatal("waitpid");
	say("%s: %s\n", what, ending(status));
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	tcsetpgrp(slave, getpid());
}

static void background(const char *what, void (*f)(void))
{
	int status;
	pid_t pid;

	if ((pid = fork()) == 0) {
		setpgid(0, 0);
		signal(SIGTTOU, SIG_DFL);
		f();
		_exit(0);
	}
	setpgid(pid, pid);
	waitpid(pid, &status, WUNTRACED);
	say("%s: %s\n", what, ending(status));
	if (WIFSTOPPED(status)) {
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
	}
}

static void bg_read(void) { char b; (void)!read(slave, &b, 1); }
static void bg_write(void) { (void)!write(slave, "x", 1); }
static void bg_set(void) { struct termios t; tcgetattr(slave, &t); tcsetattr(slave, TCSANOW, &t); }
static void bg_pgrp(void) { tcsetpgrp(slave, getpid()); }
static void bg_ignored(void)
{
	char b;

	signal(SIGTTIN, SIG_IGN);
	show("read in the background, TTIN ignored", read(slave, &b, 1));
	signal(SIGTTOU, SIG_IGN);
	show("tcsetpgrp in the background, TTOU ignored", tcsetpgrp(slave, getpid()));
}

static void jobs(void)
{
	struct termios t;

	lead();
	signal(SIGTTOU, SIG_IGN);
	key("Ctrl-C", 3);
	key("Ctrl-\\", 28);
	key("Ctrl-Z", 26);
	background("read in the background", bg_read);
	background("write in the background", bg_write);
	tcgetattr(slave, &t);
	t.c_lflag |= TOSTOP;
	tcsetattr(slave, TCSANOW, &t);
	background("write in the background, tostop", bg_write);
	background("tcsetattr in the background", bg_set);
	background("tcsetpgrp in the background", bg_pgrp);
	background("ignored", bg_ignored);
	tcsetpgrp(slave, getpid());
	t.c_lflag &= ~(TOSTOP | ISIG);
	tcsetattr(slave, TCSANOW, &t);
	signal(SIGINT, note_signal);
	last_signal = 0;
	(void)!write(master, "\3\n", 2);
	sleep_ms(50);
	show("Ctrl-C without ISIG, signal", last_signal);
	show("it is data", read(slave, &(char[8]){ 0 }, 8));
}

static void stop_and_go(void)
{
	struct termios t;
	char b[8] = "";
	int status;
	pid_t pid;

	lead();
	signal(SIGTTOU, SIG_IGN);
	tcgetattr(slave, &t);
	t.c_lflag &= ~ECHO;
	tcsetattr(slave, TCSANOW, &t);
	if ((pid = fork()) == 0) {
		setpgid(0, 0);
		(void)!read(slave, b, 8);
		_exit(b[0] == 'g' ? 5 : 6);
	}
	setpgid(pid, pid);
	waitpid(pid, &status, WUNTRACED);
	say("reader: %s\n", ending(status));
	tcsetpgrp(slave, pid);
	kill(-pid, SIGCONT);
	waitpid(pid, &status, WCONTINUED);
	say("reader: %s\n", ending(status));
	(void)!write(master, "go\n", 3);
	waitpid(pid, &status, 0);
	say("reader: %s\n", ending(status));
	tcsetpgrp(slave, getpid());
}

/* A stopped group whose last parent in the session dies gets HUP and CONT. */
static void orphaned(void)
{
	int p[2];
	char c = 0;

	(void)!pipe(p);
	lead();
	if (fork() == 0) {
		if (fork() == 0) {
			setpgid(0, 0);
			signal(SIGHUP, note_signal);
			raise(SIGSTOP);
			c = last_signal;
			(void)!write(p[1], &c, 1);
			_exit(0);
		}
		sleep_ms(100);
		_exit(0);
	}
	wait(NULL);
	close(p[1]);
	(void)!read(p[0], &c, 1);
	show("orphaned, stopped group: signal", c);
}

static void hang_up(void)
{
	int p[2];
	char b[2] = { 0, 0 };

	(void)!pipe(p);
	if (fork() == 0) {
		lead();
		signal(SIGHUP, note_signal);
		close(master);
		(void)!write(p[1], "r", 1);
		while (!last_signal)
			sleep_ms(5);
		b[0] = last_signal;
		(void)!write(p[1], b, 1);
		show("read after hang-up", read(slave, b, 1));
		show("write after hang-up", write(slave, b, 1));
		show("ioctl after hang-up", ioctl(slave, TCGETS, &(struct termios){ 0 }));
		_exit(0);
	}
	(void)!read(p[0], b, 1);
	close(master);
	(void)!read(p[0], b, 1);
	wait(NULL);
	show("master closed: signal", b[0]);
}

static void leader_ends(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		lead();
		if (fork() == 0) {
			signal(SIGHUP, SIG_DFL);
			for (;;)
				pause();
		}
		sleep_ms(30);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	sleep_ms(50);
	close(slave);
	show("read of the master after its session", read(master, &(char[4]){ 0 }, 4));
}

static void window(void)
{
	struct winsize w = { 30, 90, 0, 0 }, got;

	lead();
	signal(SIGWINCH, note_signal);
	show("set size", ioctl(master, TIOCSWINSZ, &w));
	sleep_ms(30);
	show("signal", last_signal);
	last_signal = 0;
	ioctl(slave, TIOCGWINSZ, &got);
	say("size %d %d\n", got.ws_row, got.ws_col);
	ioctl(master, TIOCSWINSZ, &w);
	sleep_ms(30);
	show("same size: signal", last_signal);
}

static void (*test)(void);

/* The pair belongs to the child alone, so that its last descriptor can go. */
static void with_pair(void)
{
	open_pair();
	test();
}

static void each(const char *what, void (*f)(void))
{
	test = f;
	in_child(what, with_pair);
}

int main(void)
{
	each("sessions", sessions);
	each("terminal by open", take_by_open);
	each("jobs", jobs);
	each("stop and go", stop_and_go);
	each("orphaned group", orphaned);
	each("hang-up", hang_up);
	each("leader ends", leader_ends);
	each("window size", window);
	return 0;
}
