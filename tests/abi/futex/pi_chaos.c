/* Processes that lock, wait, are moved, write what they like into the words, and end at any moment: no rule holds, but the kernel does. */
#include "futex.h"
#include <stddef.h>

#define NR_WORDS 4
#define NR_PROCESSES 5
#define NR_THREADS 4
#define TIME_NS 700000000ll

struct robust { struct robust_list_head head; struct robust_list node[NR_WORDS]; };
struct shared {
	volatile uint32_t word[NR_WORDS];
	volatile int tid[NR_PROCESSES * NR_THREADS];
	struct robust robust[NR_PROCESSES * NR_THREADS];
};
static struct shared *s;
static int64_t end_ns;

static uint64_t any(uint64_t *x, unsigned n)
{
	*x ^= *x << 13, *x ^= *x >> 7, *x ^= *x << 17;
	return *x % n;
}

static struct timespec *soon(struct timespec *t, uint64_t us)
{
	int64_t ns = now_ns() + (int64_t)us * 1000;

	*t = (struct timespec){ ns / 1000000000, ns % 1000000000 };
	return t;
}

static uint32_t a_value(uint64_t *x, int me)
{
	uint32_t tid = (uint32_t)s->tid[any(x, 2) ? me : (int)any(x, NR_PROCESSES * NR_THREADS)];

	switch (any(x, 4)) {
	case 0: return 0;
	case 1: return FUTEX_OWNER_DIED | (any(x, 2) ? FUTEX_WAITERS : 0);
	case 2: return tid | FUTEX_WAITERS;
	default: return tid;
	}
}

static void list_anew(uint64_t *x, int me)
{
	struct robust *r = &s->robust[me];
	unsigned e = (unsigned)any(x, NR_WORDS);

	r->node[e].next = any(x, 2) ? &r->head.list : &r->node[any(x, NR_WORDS)];
	r->head.list.next = (void *)((uintptr_t)&r->node[e] | any(x, 2));
	r->head.list_op_pending = any(x, 2) ? &r->node[any(x, NR_WORDS)] : NULL;
	r->head.futex_offset = (char *)&s->word[e] - (char *)&r->node[e];
}

static void rare(uint64_t *x, int me)
{
	struct sched_param p = { .sched_priority = (int)any(x, 9) };

	switch (any(x, 5)) {
	case 0:
		if (any(x, 10) == 0)
			syscall(SYS_exit, 0);
		break;
	case 1:
		if (any(x, 20) == 0)
			raise(SIGKILL);
		break;
	case 2: (void)sched_setscheduler(s->tid[any(x, NR_PROCESSES * NR_THREADS)], p.sched_priority ? SCHED_RR : SCHED_OTHER, &p); break;
	case 3: list_anew(x, me); break;
	case 4: syscall(SYS_tkill, s->tid[any(x, NR_PROCESSES * NR_THREADS)], SIGUSR1); break;
	}
}

static void *act(void *arg)
{
	int me = (int)(long)arg, tid = own_tid();
	uint64_t state = (uint64_t)now_ns() * 0x9e3779b97f4a7c15u + (uint64_t)tid, *x = &state;
	struct timespec t;

	s->tid[me] = tid;
	syscall(SYS_set_robust_list, &s->robust[me].head, sizeof s->robust[me].head);
	for (uint64_t n = any(x, 400); n && now_ns() < end_ns; n--) {
		volatile uint32_t *a = &s->word[any(x, NR_WORDS)], *b = &s->word[any(x, NR_WORDS)];
		uint32_t v = *a;
		uint64_t us = any(x, 300);

		switch (any(x, 9)) {
		case 0: case 1: futex(a, FUTEX_LOCK_PI2, 0, soon(&t, us), NULL, 0); break;
		case 2: futex(a, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0); break;
		case 3: futex(a, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0); break;
		case 4: case 5: futex(a, FUTEX_WAIT_REQUEUE_PI, v, soon(&t, us), b, 0); break;
		case 6: futex2(a, FUTEX_CMP_REQUEUE_PI, 1, any(x, 3) ? INT32_MAX : (uint32_t)any(x, 3), b, v); break;
		case 7: *a = a_value(x, me); break;
		case 8: rare(x, me); break;
		}
	}
	return NULL;
}

static void nothing(int nr) { (void)nr; }

static void process(int nr)
{
	struct sigaction sa = { .sa_handler = nothing };
	pthread_attr_t a;
	pthread_t t;

	sigaction(SIGUSR1, &sa, NULL);
	pthread_attr_init(&a);
	pthread_attr_setstacksize(&a, 65536);
	for (int i = 0; i < NR_THREADS; i++)
		(void)pthread_create(&t, &a, act, (void *)(long)(nr * NR_THREADS + i));
	sleep_ms(30 + nr * 5);
	_exit(0);
}

int main(void)
{
	pid_t pid[NR_PROCESSES] = { 0 }, ended;
	int status;

	s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	end_ns = now_ns() + TIME_NS;
	while (now_ns() < end_ns) {
		for (int i = 0; i < NR_PROCESSES; i++)
			if (!pid[i] && !(pid[i] = fork()))
				process(i);
		ended = wait(&status);
		for (int i = 0; i < NR_PROCESSES; i++)
			pid[i] = pid[i] == ended ? 0 : pid[i];
	}
	while (wait(&status) > 0)
		;
	say("all have ended\n");
}
