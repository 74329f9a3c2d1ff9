/*
 * vmsplice.c - how much a pipe takes of a program's pages, and what it refuses.
 */
#include "lent.h"
#include <poll.h>

static void ignore(int sig) { }

static void full(int *p, char *m)
{
	struct sigaction sa = { .sa_handler = ignore };

	sigaction(SIGALRM, &sa, NULL);
	show("20 pages", give(p[1], m, 20 * PAGE, 0));
	show("full, not waiting", give(p[1], m, 10, SPLICE_F_NONBLOCK));
	show("full, not waiting, bad address", give(p[1], NULL, 10, SPLICE_F_NONBLOCK));
	tick_every(20);
	show("full", give(p[1], m, 10, 0));
	fcntl(p[1], F_SETFL, O_NONBLOCK);
	show("full, O_NONBLOCK", give(p[1], m, 10, 0));
	tick_every(0);
	show("write to full", write(p[1], m, 1));
	take("all", p[0], sizeof buf);
	while (give(p[1], m, 1, SPLICE_F_NONBLOCK) == 1)
		;
	show_bytes("a byte each", p[0]);
	show("write to full", write(p[1], m, 1));
	take("all", p[0], sizeof buf);
	for (int i = 0; i < 15; i++)
		give(p[1], m, 1, 0);
	show("write behind them", write(p[1], "hello", 5));
	show("write on", write(p[1], "hello", 5));
	show("write on", write(p[1], m, PAGE - 10));
	show("no room", write(p[1], m, 1));
	take("all", p[0], sizeof buf);
	fcntl(p[1], F_SETFL, 0);
}

static void mixed(int *p, char *m)
{
	struct pollfd out = { p[1], POLLOUT, 0 };

	(void)!write(p[1], m, 5000);
	show("behind plain bytes", give(p[1], m, 20 * PAGE, 0));
	take("some", p[0], 100);
	say("writable: %d\n", poll(&out, 1, 0));
	take("the rest of a page", p[0], PAGE - 100);
	say("writable: %d\n", poll(&out, 1, 0));
	show("too small", fcntl(p[1], F_SETPIPE_SZ, 8 * PAGE));
	show("larger", fcntl(p[1], F_SETPIPE_SZ, 32 * PAGE));
	show("more", give(p[1], m, 40 * PAGE, 0));
	show_bytes("now", p[0]);
	take("across pieces", p[0], 10000);
	take("all", p[0], sizeof buf);
	show("as before", fcntl(p[1], F_SETPIPE_SZ, 16 * PAGE));
	give(p[1], m, 10, 0);
	(void)!write(p[1], "plain", 5);
	fcntl(p[1], F_SETFL, O_DIRECT);
	(void)!write(p[1], "packet", 6);
	give(p[1], m, 10, 0);
	(void)!write(p[1], "packet", 6);
	take("ends with a packet", p[0], 100);
	fcntl(p[1], F_SETFL, 0);
	(void)!write(p[1], m, PAGE);
	fcntl(p[1], F_SETFL, O_DIRECT);
	(void)!write(p[1], "packet", 6);
	(void)!write(p[1], "packet", 6);
	take("a page and a packet", p[0], 2 * PAGE);
	take("packet", p[0], 2 * PAGE);
	fcntl(p[1], F_SETFL, 0);
}

/* Where [vvar] is mapped. */
static void *vvar(void)
{
	FILE *f = fopen("/proc/self/maps", "r");
	unsigned long at = 0;
	char line[256];

	while (fgets(line, sizeof line, f))
		if (strstr(line, "[vvar]"))
			at = strtoul(line, NULL, 16);
	fclose(f);
	return (void *)at;
}

static void refused(int *p, char *m)
{
	char *edge = page_edge(), *none = pages(1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	struct iovec v[3] = { { m, 100 }, { m + 5, 0 }, { edge - 10, 30 } }, bad[2] = { { NULL, 10 }, { m, 10 } };
	int q[2], rw = open("f", O_RDWR | O_CREAT, 0600);

	show("gift, not aligned", give(p[1], m + 1, 100, SPLICE_F_GIFT));
	show("gift", give(p[1], m, PAGE, SPLICE_F_GIFT));
	take("gifts", p[0], sizeof buf);
	show("three parts, to the edge", vmsplice(p[1], v, 3, 0));
	show_bytes("of them", p[0]);
	take("them", p[0], sizeof buf);
	show("bad part first", vmsplice(p[1], bad, 2, 0));
	show("no access", give(p[1], none, 10, 0));
	show("[vvar]", give(p[1], vvar(), 10, 0));
	show("kernel", give(p[1], KERNEL_ADDRESS, 10, 0));
	show("no parts", vmsplice(p[1], v, 0, 0));
	show("bad parts", vmsplice(p[1], NULL, 1, 0));
	show("bad flags", give(p[1], m, 10, 0x10));
	show("no pipe", give(rw, m, 10, 0));
	show("no pipe, nothing", give(rw, m, 0, 0));
	give(p[1], m, 10, 0);
	give(p[1], m, 10, 0);
	take("fault in the second", p[0], 0);
	show("fault in the second", read(p[0], edge - 15, 20));
	show_bytes("left", p[0]);
	show("into memory", give(p[0], buf, 100, 0));
	show("empty, not waiting", give(p[0], buf, 100, SPLICE_F_NONBLOCK));
	(void)!pipe(q);
	close(q[0]);
	signal(SIGPIPE, SIG_IGN);
	show("no reader", give(q[1], m, 10, 0));
	show("no reader, bad address", give(q[1], NULL, 10, 0));
}

int main(void)
{
	char *m = memory(40);
	int p[2];

	(void)!pipe(p);
	full(p, m);
	mixed(p, m);
	refused(p, m);
	return 0;
}
