/*
 * onpty.c - run a program on a terminal of its own and type for it.
 *
 *   onpty [-q] [-g ROWSxCOLS] [STEP...] -- PROGRAM [ARG...]
 *
 * A STEP that starts with '@' waits until the program has printed the text
 * after it, beyond what an earlier step has seen; '=MS' waits until it has
 * been silent for MS milliseconds; any other STEP is typed. Texts know the escapes \n \r \t \e \\ and \xHH. What the program prints is
 * copied to standard output as it left the line discipline (-q: not at all).
 * Ends when the program does, with its status, 128+n after a signal; a text
 * that does not come in WAIT_MS is status 97, with a line on standard error.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WAIT_MS 15000
#define SEEN_MAX (1 << 18)

static char seen[SEEN_MAX];   /* all that came from the terminal */
static size_t nr_seen, mark;  /* mark: end of what steps matched */
static bool quiet;

static void die(const char *what)
{
	fprintf(stderr, "onpty: %s: %s\n", what, strerror(errno));
	exit(98);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ll + t.tv_nsec / 1000000;
}

static size_t unescape(const char *s, char *out)
{
	size_t n = 0;

	for (; *s; s++) {
		if (*s != '\\' || !s[1]) {
			out[n++] = *s;
			continue;
		}
		switch (*++s) {
		case 'n': out[n++] = '\n'; break;
		case 'r': out[n++] = '\r'; break;
		case 't': out[n++] = '\t'; break;
		case 'e': out[n++] = '\033'; break;
		case 'x': {
			char hex[3] = { s[1], s[1] ? s[2] : 0, 0 };

			out[n++] = strtol(hex, NULL, 16);
			s += strlen(hex);
			break;
		}
		default: out[n++] = *s;
		}
	}
	return n;
}

/* Read from the terminal for up to ms. Returns false at its end. */
static bool collect(int master, int64_t ms)
{
	struct pollfd p = { .fd = master, .events = POLLIN };
	ssize_t n;

	if (poll(&p, 1, ms) <= 0)
		return true;
	if (nr_seen == SEEN_MAX) {
		fprintf(stderr, "onpty: too much output\n");
		exit(98);
	}
	n = read(master, seen + nr_seen, SEEN_MAX - nr_seen);
	if (n <= 0)
		return n < 0 && errno == EINTR;
	if (!quiet)
		(void)!write(1, seen + nr_seen, n);
	nr_seen += n;
	return true;
}

static void await_silence(int master, int ms)
{
	struct pollfd p = { .fd = master, .events = POLLIN };

	while (poll(&p, 1, ms) > 0 && collect(master, 0))
		;
}

static void expect(int master, const char *text, size_t len)
{
	int64_t deadline = now_ms() + WAIT_MS;

	for (;;) {
		char *at = memmem(seen + mark, nr_seen - mark, text, len);

		if (at) {
			mark = at + len - seen;
			return;
		}
		if (now_ms() >= deadline || !collect(master, 100))
			break;
	}
	fprintf(stderr, "onpty: \"%.*s\" did not come\n", (int)len, text);
	exit(97);
}

static void type(int master, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(master, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			die("write to the terminal");
		text += n;
		len -= n;
	}
}

static pid_t spawn(int master, struct winsize *ws, char **argv)
{
	char name[64];
	int nr, slave, unlock = 0;
	pid_t pid;

	if (ioctl(master, TIOCSPTLCK, &unlock) || ioctl(master, TIOCGPTN, &nr))
		die("unlock the terminal");
	snprintf(name, sizeof name, "/dev/pts/%d", nr);
	ioctl(master, TIOCSWINSZ, ws);
	slave = open(name, O_RDWR | O_NOCTTY);
	if (slave < 0)
		die(name);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid) {
		close(slave);
		return pid;
	}
	close(master);
	setsid();
	if (ioctl(slave, TIOCSCTTY, 0))
		die("TIOCSCTTY");
	dup2(slave, 0);
	dup2(slave, 1);
	dup2(slave, 2);
	if (slave > 2)
		close(slave);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	execvp(argv[0], argv);
	die(argv[0]);
	return -1;
}

int main(int argc, char **argv)
{
	struct winsize ws = { .ws_row = 24, .ws_col = 80 };
	int i = 1, status, first, master;
	static char text[4096];
	pid_t pid;

	for (; i < argc && argv[i][0] == '-' && argv[i][1] != '-'; i++) {
		if (!strcmp(argv[i], "-q"))
			quiet = true;
		else if (!strcmp(argv[i], "-g") && i + 1 < argc)
			sscanf(argv[++i], "%hux%hu", &ws.ws_row, &ws.ws_col);
	}
	first = i;
	while (i < argc && strcmp(argv[i], "--"))
		i++;
	if (i + 1 >= argc) {
		fprintf(stderr, "usage: onpty [-q] [-g RxC] [STEP...] -- PROGRAM [ARG...]\n");
		return 98;
	}
	master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	if (master < 0)
		die("/dev/ptmx");
	pid = spawn(master, &ws, argv + i + 1);
	for (int s = first; s < i; s++) {
		bool wait = argv[s][0] == '@';
		size_t n;

		if (argv[s][0] == '=') {
			await_silence(master, atoi(argv[s] + 1));
			continue;
		}
		n = unescape(argv[s] + wait, text);
		if (wait)
			expect(master, text, n);
		else
			type(master, text, n);
	}
	while (collect(master, 100))
		if (waitpid(pid, &status, WNOHANG) == pid) {
			/* a job that it left may hold the terminal open */
			await_silence(master, 50);
			goto ended;
		}
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid");
ended:
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
