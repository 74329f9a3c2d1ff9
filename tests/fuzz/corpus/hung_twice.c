/*
 * hung_twice.c - terminals lost by sessions: a leader that lost two, or lost one when it had ended, left a note for ever;
 * and a slave that was only named was counted as open, and kept its terminal.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#define GET_PEER 0x5441         /* TIOCGPTPEER */

int main(void)
{
	for (int i = 0; i < 60; i++) {
		pid_t pid = fork();

		if (!pid) {
			int zero = 0;

			signal(SIGHUP, SIG_IGN);
			setsid();
			for (int n = 0; n < 3; n++) {
				int master = open("/dev/ptmx", O_RDWR | O_NOCTTY);

				ioctl(master, 0x40045431 /* TIOCSPTLCK */, &zero);
				ioctl(master, GET_PEER, O_PATH);
				ioctl(master, GET_PEER, O_RDWR);
				close(master);
			}
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
	return 0;
}
