/*
 * select.c - select(2), pselect6: sets, counts, errors in order, the time that is left.
 */
#include "../show.h"
#include <sys/select.h>
#include <sys/socket.h>

static long sel(int n, void *r, void *w, void *x, void *tv) { return syscall(SYS_select, n, r, w, x, tv); }

static volatile int caught;
static void on_signal(int sig) { caught++; }

int main(void)
{
	struct timeval z = { 0, 0 }, t, bad = { 0, -1 }, neg = { -1, 0 }, big = { 0, 1500000 };
	int p[2], file = open("f", O_RDWR | O_CREAT, 0600);
	uint64_t in[16] = { 0 }, out[16] = { 0 }, ex[16] = { 0 }, none = 0, usr1 = 1ul << (SIGUSR1 - 1);
	struct { void *mask; size_t size; } m = { &none, 8 };
	struct timespec ts = { 5, 0 };

	(void)!pipe(p);
	show("nothing", sel(0, NULL, NULL, NULL, &z));
	show("n -1", sel(-1, NULL, NULL, NULL, &z));
	show("bad microseconds", sel(0, NULL, NULL, NULL, &bad));
	show("negative", sel(0, NULL, NULL, NULL, &neg));
	show("bad time", sel(0, NULL, NULL, NULL, KERNEL_ADDRESS));
	show("bad set", sel(1, KERNEL_ADDRESS, NULL, NULL, &z));
	show("bad set, n 0", sel(0, KERNEL_ADDRESS, NULL, NULL, &z));
	show("n -1, bad time", sel(-1, NULL, NULL, NULL, KERNEL_ADDRESS));
	in[0] = 1ul << p[0] | 1ul << file, out[0] = 1ul << p[1] | 1ul << file, ex[0] = in[0] | out[0];
	show("pipe and file", sel(p[1] + 1, in, out, ex, &z));
	say("sets %d %d %d\n", in[0] == 1ul << file, out[0] == (1ul << p[1] | 1ul << file), ex[0] == 0);
	in[0] = 1ul << p[0];
	show("bits above n", sel(p[0], in, NULL, NULL, &z));
	say("set %d\n", in[0] == 0);
	in[0] = 1ul << 50;
	show("closed fd", sel(64, in, NULL, NULL, &z));
	say("set stays %d\n", in[0] == 1ul << 50);
	in[0] = 0, in[8] = 1;
	show("closed fd far away", sel(1024, in, NULL, NULL, &z));
	memset(in, 0, sizeof in);
	show("n far too large", sel(0x7fffffff, in, NULL, NULL, &z));
	close(p[1]);
	in[0] = out[0] = ex[0] = 1ul << p[0];
	show("hang-up", sel(64, in, out, ex, &z));
	say("sets %d %d %d\n", in[0] != 0, out[0] != 0, ex[0] != 0);
	(void)!pipe(p), close(p[0]);
	in[0] = out[0] = ex[0] = 1ul << p[1];
	show("no reader", sel(64, in, out, ex, &z));
	say("sets %d %d %d\n", in[0] != 0, out[0] != 0, ex[0] != 0);
	t = (struct timeval){ 0, 10000 };
	show("timeout", sel(0, NULL, NULL, NULL, &t));
	say("left %ld.%06ld\n", (long)t.tv_sec, (long)t.tv_usec);
	in[0] = 1ul << file;
	show("more than a second of microseconds", sel(64, in, NULL, NULL, &big));
	judge("is normalised", big.tv_sec == 1 && big.tv_usec < 500000);
	show("pselect, bad size", syscall(SYS_pselect6, 0, NULL, NULL, NULL, &ts, &(struct { void *m; size_t s; }){ &none, 4 }));
	show("pselect, bad pair", syscall(SYS_pselect6, 0, NULL, NULL, NULL, &ts, KERNEL_ADDRESS));
	show("pselect, bad mask", syscall(SYS_pselect6, 0, NULL, NULL, NULL, &ts, &(struct { void *m; size_t s; }){ KERNEL_ADDRESS, 8 }));
	signal(SIGUSR1, on_signal);
	sigprocmask(SIG_BLOCK, (sigset_t *)&usr1, NULL);
	raise(SIGUSR1);
	show("pselect lets it in", syscall(SYS_pselect6, 0, NULL, NULL, NULL, &ts, &m));
	judge("caught, time left", caught == 1 && ts.tv_sec == 4);
	return 0;
}
