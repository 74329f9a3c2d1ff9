/*
 * flock.c - flock(2): shared, exclusive, conversion, whose it is, operations that are refused.
 */
#include "../show.h"
#include <sys/file.h>

static void on_alarm(int sig) { (void)sig; }

int main(void)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	int a = open("f", O_RDWR | O_CREAT, 0600), b = open("f", O_RDONLY), c = open("f", O_WRONLY), p[2], dir = open(".", O_RDONLY);

	(void)!pipe(p);
	show("shared", flock(a, LOCK_SH));
	show("shared too", flock(b, LOCK_SH | LOCK_NB));
	show("exclusive", flock(c, LOCK_EX | LOCK_NB));
	show("conversion fails", flock(a, LOCK_EX | LOCK_NB));
	show("unlock b", flock(b, LOCK_UN));
	show("a lost its own", flock(c, LOCK_EX | LOCK_NB));
	show("taken", flock(b, LOCK_SH | LOCK_NB));
	show("unlock c", flock(c, LOCK_UN));
	show("exclusive, read-only descriptor", flock(b, LOCK_EX));
	show("again", flock(b, LOCK_EX));
	show("by a duplicate", flock(dup(b), LOCK_SH));
	show("shared beside", flock(a, LOCK_SH | LOCK_NB));
	show("nothing to unlock", flock(c, LOCK_UN));
	show("operation 0", flock(a, 0));
	show("only NB", flock(a, LOCK_NB));
	show("SH and EX", flock(a, LOCK_SH | LOCK_EX));
	show("EX and UN", flock(a, LOCK_EX | LOCK_UN | LOCK_NB));
	show("unknown bit", flock(a, LOCK_SH | 64));
	show("LOCK_MAND", flock(a, 32));
	show("LOCK_MAND and READ", flock(a, 32 | 64));
	show("bad fd", flock(99, LOCK_SH));
	show("bad fd, bad operation", flock(99, 77));
	show("pipe", flock(p[0], LOCK_EX));
	show("directory", flock(dir, LOCK_EX));
	show("O_PATH", flock(open("f", O_PATH), LOCK_SH));
	flock(a, LOCK_UN), flock(b, LOCK_UN);
	flock(a, LOCK_EX);
	if (!fork()) {
		show("child's is the same", flock(a, LOCK_SH | LOCK_NB));
		show("child unlocks", flock(a, LOCK_UN));
		_exit(0);
	}
	wait(NULL);
	show("so it is free", flock(c, LOCK_EX | LOCK_NB));
	sigaction(SIGALRM, &sa, NULL);
	tick_every(20);
	show("interrupted", flock(a, LOCK_EX));
	tick_every(0);
	close(c);
	show("closed", flock(a, LOCK_EX | LOCK_NB));
	return 0;
}
