/* peer_path_only.c - TIOCGPTPEER with O_PATH gives a name, not an open slave; the master's end ends both. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include "../show.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER 0x5441
#endif

static const char *word(long r) { return r >= 0 ? "fine" : strerror(errno); }

int main(void)
{
	int zero = 0, master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK), path, slave;
	struct termios t;
	struct stat st;
	char c, name[64];

	path = ioctl(master, TIOCGPTPEER, O_PATH | O_NOCTTY);
	printf("while locked: %s, path only %d\n", word(path), (fcntl(path, F_GETFL) & O_PATH) != 0);
	printf("read: %s\n", word(read(path, &c, 1)));
	printf("tcgetattr: %s\n", word(tcgetattr(path, &t)));
	fstat(path, &st);
	printf("a device: %d\n", S_ISCHR(st.st_mode));
	printf("slave while locked: %s\n", word(ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY)));
	ioctl(master, TIOCSPTLCK, &zero);
	snprintf(name, sizeof name, "/proc/self/fd/%d", path);
	slave = open(name, O_RDWR | O_NOCTTY);
	printf("opened again by its name: %s\n", word(slave));
	printf("tcgetattr: %s\n", word(tcgetattr(slave, &t)));
	close(path);
	/* No slave is counted but this one: its end hangs up. */
	close(slave);
	printf("master reads: %s\n", word(read(master, &c, 1)));
	path = ioctl(master, TIOCGPTPEER, O_PATH);
	close(master);
	snprintf(name, sizeof name, "/proc/self/fd/%d", path);
	printf("without its master: %s\n", word(open(name, O_RDWR | O_NOCTTY)));
	return 0;
}
