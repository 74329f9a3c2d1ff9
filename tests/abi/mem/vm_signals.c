/* Signals that are handled cut neither process_vm_readv(2), process_vm_writev(2) nor move_pages(2) short. */
#include "region.h"
#include <sys/uio.h>

#define LEN (4ul << 20)
#define NR_PAGES (LEN / PAGE)
#define ROUNDS 8

static volatile int ticks;

static void on_alarm(int sig) { ticks++; }

int main(void)
{
	static void *addresses[NR_PAGES];
	static int status[NR_PAGES];
	char *mine = region_rw(NR_PAGES), *its = region_rw(NR_PAGES);
	struct iovec l = { mine, LEN }, r = { its, LEN };
	int reads = 0, writes = 0, looks = 0;
	pid_t child;

	memset(mine, 1, LEN);
	memset(its, 2, LEN);
	for (size_t i = 0; i < NR_PAGES; i++)
		addresses[i] = its + i * PAGE;
	child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	signal(SIGALRM, on_alarm);
	tick_every(1);
	for (int i = 0; i < ROUNDS; i++) {
		reads += syscall(SYS_process_vm_readv, child, &l, 1, &r, 1, 0) == (long)LEN;
		writes += syscall(SYS_process_vm_writev, child, &l, 1, &r, 1, 0) == (long)LEN;
		looks += syscall(SYS_move_pages, child, NR_PAGES, addresses, NULL, status, 0) == 0;
	}
	tick_every(0);
	judge("read whole", reads == ROUNDS);
	judge("written whole", writes == ROUNDS);
	judge("looked at whole", looks == ROUNDS);
	judge("signals came", ticks > 0);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return 0;
}
