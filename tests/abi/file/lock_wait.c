/*
 * lock_wait.c - F_SETLKW: waits, ends by a signal, and the circle it refuses with EDEADLK.
 */
#include "../show.h"

static int fd;

static long lk(int cmd, int type, long start, long len)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len };

	return fcntl(fd, cmd, &l);
}

static void on_alarm(int sig) { (void)sig; }

int main(void)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	int up[2], down[2];
	pid_t pid;
	char c;

	fd = open("f", O_RDWR | O_CREAT, 0600);
	(void)!pipe(up), (void)!pipe(down);
	lk(F_SETLK, F_WRLCK, 0, 1);
	pid = fork();
	if (!pid) {
		lk(F_SETLK, F_WRLCK, 1, 1);
		show("taken", lk(F_SETLK, F_WRLCK, 0, 1));
		sigaction(SIGALRM, &sa, NULL);
		tick_every(20);
		show("interrupted", lk(F_SETLKW, F_WRLCK, 0, 1));
		tick_every(0);
		(void)!write(up[1], "r", 1);
		show("got it", lk(F_SETLKW, F_WRLCK, 0, 1));
		_exit(0);
	}
	(void)!read(up[0], &c, 1);
	sleep_ms(50);
	show("circle", lk(F_SETLKW, F_WRLCK, 1, 1));
	lk(F_SETLK, F_UNLCK, 0, 1);
	show("after its end", lk(F_SETLKW, F_WRLCK, 1, 1));
	show("and the other", lk(F_SETLKW, F_WRLCK, 0, 1));
	waitpid(pid, NULL, 0);
	sa.sa_flags = SA_RESTART;
	sigaction(SIGALRM, &sa, NULL);
	pid = fork();
	if (!pid) {
		tick_every(10);
		show("restarted", lk(F_SETLKW, F_RDLCK, 0, 1));
		_exit(0);
	}
	sleep_ms(60);
	say("let go\n");
	lk(F_SETLK, F_RDLCK, 0, 1);
	waitpid(pid, NULL, 0);
	return 0;
}
