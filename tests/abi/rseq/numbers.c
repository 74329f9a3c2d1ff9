/* numbers.c - cpu_id follows the thread; mm_cid is unique among running threads; exec and clone start without. */
#include "rseq.h"
#include <pthread.h>
#include <sched.h>

static struct area a;
static __thread struct area mine __attribute__((aligned(32)));
static volatile int go;
static volatile uint32_t cids[4];

static void *thread(void *arg)
{
	int i = (int)(long)arg;

	mine.cpu_id = -1u;
	show_ok("unregister what was inherited", rseq(&a, 32, 1, SIG));
	if (rseq(&mine, 32, 0, SIG))
		return "no";
	judge("thread's cpu", mine.cpu_id < 64);
	cids[i] = mine.mm_cid;
	return NULL;
}

static void each_cpu(void)
{
	bool right = true;
	unsigned cpu;
	cpu_set_t s;

	for (int round = 0; round < 20; round++)
		for (int i = 0; i < 64; i++) {
			CPU_ZERO(&s);
			CPU_SET(i, &s);
			if (sched_setaffinity(0, sizeof s, &s))
				continue;
			syscall(SYS_getcpu, &cpu, NULL, NULL);
			right &= cpu == (unsigned)i && a.cpu_id == cpu && a.cpu_id_start == cpu;
		}
	judge("cpu follows", right);
}

int main(int argc, char **argv)
{
	pthread_t t;
	void *r;

	if (argc > 1) {
		show("after exec: unregister", rseq(&a, 32, 1, SIG));
		show("after exec: register", rseq(&a, 32, 0, SIG));
		return 0;
	}
	show("register", rseq(&a, 32, 0, SIG));
	each_cpu();
	in_child("fork", each_cpu);
	say("mm_cid %u\n", a.mm_cid);
	pthread_create(&t, NULL, thread, NULL);
	pthread_join(t, &r);
	judge("thread", !r);
	execl("/proc/self/exe", argv[0], "again", NULL);
	fatal("exec");
}
