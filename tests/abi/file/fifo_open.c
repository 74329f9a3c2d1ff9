/*
 * fifo_open.c - FIFOs: opening with and without a partner, O_NONBLOCK, O_RDWR, interrupted.
 */
#include "../show.h"
#include <poll.h>
#include <sys/stat.h>

static void on_alarm(int sig) { (void)sig; }

int main(void)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	struct pollfd pf;
	int rd, wr, status;
	char c[4];

	show("mkfifo", mkfifo("p", 0600));
	show("again", mkfifo("p", 0600));
	show("write, no reader", open("p", O_WRONLY | O_NONBLOCK));
	rd = open("p", O_RDONLY | O_NONBLOCK);
	show_ok("read, no writer", rd);
	pf = (struct pollfd){ rd, POLLIN, 0 };
	show("poll before any writer", poll(&pf, 1, 0));
	show("read", read(rd, c, 4));
	wr = open("p", O_WRONLY | O_NONBLOCK);
	show_ok("write, with a reader", wr);
	show("read, nothing yet", read(rd, c, 4));
	show("write", write(wr, "ab", 2));
	show("read", read(rd, c, 4));
	close(wr);
	show("poll after the writer", poll(&pf, 1, 0));
	say("revents %#x\n", pf.revents);
	show("read the end", read(rd, c, 4));
	wr = open("p", O_WRONLY);
	show("a new writer, poll", poll(&pf, 1, 0));
	close(rd);
	signal(SIGPIPE, SIG_IGN);
	show("write to nobody", write(wr, "x", 1));
	close(wr);
	sigaction(SIGALRM, &sa, NULL);
	tick_every(20);
	show("open interrupted", open("p", O_RDONLY));
	show("open to write interrupted", open("p", O_WRONLY));
	tick_every(0);
	rd = open("p", O_RDWR);
	show_ok("both ways", rd);
	show("write to itself", write(rd, "xyz", 3));
	show("read from itself", read(rd, c, 4));
	show("lseek", lseek(rd, 0, SEEK_SET));
	if (!fork()) {
		close(rd);
		rd = open("p", O_RDONLY);
		_exit(read(rd, c, 4));
	}
	sleep_ms(30);
	wr = open("p", O_WRONLY);
	show("parent writes", write(wr, "12", 2));
	close(wr), close(rd);
	wait(&status);
	say("child reads: %s\n", ending(status));
	show("O_TRUNC, O_APPEND", open("p", O_RDWR | O_TRUNC | O_APPEND) >= 0 ? 0 : -1);
	unlink("p");
	return 0;
}
