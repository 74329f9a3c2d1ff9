/*
 * close.c - close(2): twice, of standard streams, descriptors' lowest number, what close drops.
 */
#include "../show.h"

int main(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0600), again, p[2];
	char c;

	show("close", close(fd));
	show("close twice", close(fd));
	show("close -1", close(-1));
	show("close the largest", syscall(SYS_close, 0x7fffffff));
	show("close beyond 32 bits", syscall(SYS_close, 0x100000000ul + 77));
	close(0);
	again = open("f", O_RDONLY);
	show("lowest is 0", again);
	dup2(1, 50);
	close(50);
	show("50 is free", fcntl(50, F_GETFD));
	show("lowest again", dup(0));
	(void)!pipe(p);
	if (!fork()) {
		close(p[1]);
		show("child waits for the last writer", read(p[0], &c, 1));
		_exit(0);
	}
	sleep_ms(20);
	say("parent closes\n");
	close(p[1]);
	wait(NULL);
	unlink("f");
	show("unlinked, still readable", read(again, &c, 1));
	show("fstat of fd beyond 32 bits", syscall(SYS_fcntl, 0x100000000ul + 1, F_GETFD, 0));
	return 0;
}
