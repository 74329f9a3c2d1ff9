/*
 * lease.c - F_SETLEASE: when it is granted, and the signal when another opens the file.
 */
#include "../show.h"

int main(void)
{
	int rw = open("f", O_RDWR | O_CREAT, 0600), ro, p[2];
	sigset_t io;
	siginfo_t si;
	struct timespec zero = { 0, 0 };

	sigemptyset(&io), sigaddset(&io, SIGIO), sigprocmask(SIG_BLOCK, &io, NULL);
	(void)!pipe(p);
	show("get", fcntl(rw, F_GETLEASE));
	show("read lease with a writer", fcntl(rw, F_SETLEASE, F_RDLCK));
	show("write lease", fcntl(rw, F_SETLEASE, F_WRLCK));
	show("get", fcntl(rw, F_GETLEASE));
	show("unlock", fcntl(rw, F_SETLEASE, F_UNLCK));
	show("unlock again", fcntl(rw, F_SETLEASE, F_UNLCK));
	show("bad type", fcntl(rw, F_SETLEASE, 7));
	show("pipe", fcntl(p[0], F_SETLEASE, F_RDLCK));
	show("directory", fcntl(open(".", O_RDONLY), F_SETLEASE, F_RDLCK));
	close(rw);
	ro = open("f", O_RDONLY);
	show("read lease", fcntl(ro, F_SETLEASE, F_RDLCK));
	show("get", fcntl(ro, F_GETLEASE));
	if (!fork()) {
		show_ok("another reads", open("f", O_RDONLY | O_NONBLOCK));
		show_ok("another writes, not waiting", open("f", O_WRONLY | O_NONBLOCK));
		_exit(0);
	}
	wait(NULL);
	show("signal", sigtimedwait(&io, &si, &zero));
	show("lease now", fcntl(ro, F_GETLEASE));
	show("unlock", fcntl(ro, F_SETLEASE, F_UNLCK));
	show_ok("then it writes", open("f", O_WRONLY | O_NONBLOCK));
	return 0;
}
