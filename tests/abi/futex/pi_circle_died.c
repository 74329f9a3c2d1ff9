/* A circle of owners, closed in the moment in which one of them ends: who closes it gets the word of the dead, or is refused. */
#include "futex.h"

#define LENGTH 150                              /* so long is the way round */
#define ROUNDS 40

struct shared { volatile uint32_t head, own, link[LENGTH + 1]; volatile int64_t end_ns; };
static struct shared *s;
static pthread_t threads[LENGTH];
static volatile int nr_owning;

/* Owns link[i], and waits for link[i + 1]. The last waits for main's own. */
static void *stand(void *arg)
{
	long i = (long)arg;

	futex(&s->link[i], FUTEX_LOCK_PI, 0, NULL, NULL, 0);
	__atomic_fetch_add(&nr_owning, 1, __ATOMIC_SEQ_CST);
	while (nr_owning < LENGTH)
		sleep_ms(5);
	futex(i == LENGTH - 1 ? &s->own : &s->link[i + 1], FUTEX_LOCK_PI, 0, NULL, NULL, 0);
	return NULL;
}

/* Owns head, waits for the circle's beginning until end_ns, and ends. */
static void owner(void)
{
	struct timespec t = { s->end_ns / 1000000000, s->end_ns % 1000000000 };

	futex(&s->head, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
	futex(&s->link[0], FUTEX_LOCK_PI2, 0, &t, NULL, 0);
	_exit(0);
}

static bool round_of(int step_us)
{
	int status;
	pid_t pid;
	long r;
	bool so;

	s->head = 0;
	s->end_ns = now_ns() + 4000000;
	pid = fork();
	if (!pid)
		owner();
	while (now_ns() < s->end_ns + step_us * 1000ll)
		;
	r = futex(&s->head, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
	if (!r)
		so = (int)(s->head & FUTEX_TID_MASK) == own_tid() && !futex(&s->head, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
	else
		so = (errno == EDEADLK || errno == ESRCH) && (int)(s->head & FUTEX_TID_MASK) != own_tid();
	waitpid(pid, &status, 0);
	return so;
}

int main(void)
{
	pthread_attr_t a;
	int bad = 0;

	s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	futex(&s->own, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
	pthread_attr_init(&a);
	pthread_attr_setstacksize(&a, 16384);
	for (long i = 0; i < LENGTH; i++)
		if (pthread_create(&threads[i], &a, stand, (void *)i))
			fatal("pthread_create");
	while (nr_owning < LENGTH)
		sleep_ms(5);
	for (long i = 0; i < LENGTH; i++)
		while (!((i == LENGTH - 1 ? s->own : s->link[i + 1]) & FUTEX_WAITERS))
			sleep_ms(1);
	show("the circle", futex(&s->link[0], FUTEX_LOCK_PI, 0, NULL, NULL, 0));
	for (int i = 0; i < ROUNDS; i++)
		bad += !round_of(i * 6 - 40);
	show("rounds that went wrong", bad);
	return 0;
}
