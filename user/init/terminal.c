/*
 * terminal.c - terminals: pseudo terminals for sessions, ttys for consoles.
 */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

int terminal_open_pty(int *slave)
{
	char path[16] = "/dev/pts/", digits[4];
	int number, unlock = 0;
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (master < 0)
		return -errno;
	if (ioctl(master, TIOCSPTLCK, &unlock) < 0 || ioctl(master, TIOCGPTN, &number) < 0)
		goto close_master;
	strcat(path, number_text(digits, number));
	*slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*slave < 0)
		goto close_master;
	return master;
close_master:
	number = -errno;
	close(master);
	return number;
}

void terminal_set_size(int fd, unsigned rows, unsigned cols)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	if (rows && cols)
		ioctl(fd, TIOCSWINSZ, &size);
}

/* Bytes pass as they are; the fastest speed, for it bounds some timeouts. */
void terminal_set_raw(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t) < 0)
		return;
	cfmakeraw(&t);
	t.c_cflag |= CLOCAL | CREAD;
	t.c_cflag &= (tcflag_t)~CRTSCTS;
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	cfsetspeed(&t, B115200);
	tcsetattr(fd, TCSANOW, &t);
}

/* What a login would find: line editing, echo, signals from keys. */
void terminal_set_sane(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t) < 0)
		return;
	t.c_iflag = ICRNL | IXON;
	t.c_oflag = OPOST | ONLCR;
	t.c_cflag |= CREAD | CLOCAL;
	t.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN;
	t.c_cc[VINTR] = 3;
	t.c_cc[VQUIT] = 28;
	t.c_cc[VERASE] = 127;
	t.c_cc[VKILL] = 21;
	t.c_cc[VEOF] = 4;
	t.c_cc[VSUSP] = 26;
	t.c_cc[VSTART] = 17;
	t.c_cc[VSTOP] = 19;
	tcsetattr(fd, TCSANOW, &t);
}

void terminal_adopt(int fd)
{
	setsid();
	if (ioctl(fd, TIOCSCTTY, 0) < 0)
		say("no controlling terminal: ", strerror(errno), NULL);
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
}

/* The end of the session's leader hangs the terminal up, for everybody. */
int terminal_run(const struct request *req, const char *path)
{
	struct pollfd watch = { .fd = child_watch_fd(), .events = POLLIN };
	pid_t pid = child_fork();
	int status;

	if (pid == 0) {
		int fd = open(path, O_RDWR | O_NOCTTY);

		if (fd < 0)
			say("cannot open ", path, ": ", strerror(errno), NULL);
		terminal_set_sane(fd);
		terminal_set_size(fd, req->rows, req->cols);
		terminal_adopt(fd);
		request_exec(req);
	}
	while (!child_watch_read(pid, &status))
		poll(&watch, 1, -1);
	return status_code(status);
}
