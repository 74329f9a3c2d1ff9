/*
 * broken.c - no readers: EPIPE and SIGPIPE; a blocked writer learns of it; parts that were written count.
 */
#include "../show.h"
#include <sys/ioctl.h>

static volatile int caught;
static void on_pipe(int sig) { caught++; }

static int p[2];

static void dies(void)
{
	(void)!pipe(p), close(p[0]);
	(void)!write(p[1], "x", 1);
	say("not reached\n");
}

static void blocked(void)
{
	static char big[200000];

	(void)!pipe(p);
	if (fork() == 0) {
		close(p[1]);
		for (int n = 0; n < 65536; ioctl(p[0], FIONREAD, &n))
			;
		(void)!read(p[0], big, 1000);
		sleep_ms(30);
		_exit(0);
	}
	close(p[0]);
	show("blocked writer", write(p[1], big, sizeof big));
	show("next write", write(p[1], big, 1));
	say("SIGPIPE %d\n", caught);
	wait(NULL);
}

static void blocked_reader(void)
{
	char c;

	(void)!pipe(p);
	if (fork() == 0) {
		sleep_ms(20);
		_exit(0);
	}
	close(p[1]);
	show("reader until the last writer ends", read(p[0], &c, 1));
	wait(NULL);
}

static void interrupted(void)
{
	static char big[100000];
	struct sigaction sa = { .sa_handler = on_pipe };

	sigaction(SIGALRM, &sa, NULL);
	(void)!pipe(p);
	tick_every(20);
	show("read interrupted", read(p[0], big, 1));
	show("write interrupted after a part", write(p[1], big, sizeof big));
	show("write interrupted", write(p[1], big, 1));
	tick_every(0);
}

int main(void)
{
	in_child("default", dies);
	signal(SIGPIPE, SIG_IGN);
	(void)!pipe(p), close(p[0]);
	show("ignored", write(p[1], "x", 1));
	show("ignored, 0 bytes", write(p[1], "x", 0));
	show("ignored, bad pointer", write(p[1], KERNEL_ADDRESS, 1));
	signal(SIGPIPE, on_pipe);
	show("caught", write(p[1], "x", 1));
	say("SIGPIPE %d\n", caught);
	caught = 0;
	in_child("blocked", blocked);
	in_child("blocked reader", blocked_reader);
	in_child("interrupted", interrupted);
	return 0;
}
