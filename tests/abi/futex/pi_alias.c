/* One word at two addresses, and waiters who own what they are to be moved to. */
#include "futex.h"

static volatile uint32_t cond, mutex;
static volatile uint32_t *x, *y;

static struct timespec *soon(struct timespec *t, int ms)
{
	clock_gettime(CLOCK_MONOTONIC, t);
	t->tv_nsec += ms * 1000000l;
	if (t->tv_nsec >= 1000000000)
		t->tv_nsec -= 1000000000, t->tv_sec++;
	return t;
}

static void plain(struct peer *p)
{
	struct timespec t;

	PEER_CALL(p, futex(&cond, FUTEX_WAIT_REQUEUE_PI_PRIVATE, 0, soon(&t, 200), &mutex, 0));
	if (!p->result)
		futex(&mutex, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
}
static void owner(struct peer *p)
{
	struct timespec t;

	futex(&mutex, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	PEER_CALL(p, futex(&cond, FUTEX_WAIT_REQUEUE_PI_PRIVATE, 0, soon(&t, 200), &mutex, 0));
	p->step = 1;
	while (p->step == 1)
		sleep_ms(1);
	futex(&mutex, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
}

static void round_of(const char *what, bool owner_first, bool with_plain)
{
	struct peer p[3] = { 0 };

	say("%s\n", what);
	for (int i = 0; i < 3; i++) {
		bool is_owner = (i == 0) == owner_first && i < 2;

		if (!is_owner && !with_plain)
			continue;
		peer_start(&p[i], is_owner ? owner : plain);
		peer_sleeps(&p[i]);
	}
	show("requeue", futex2(&cond, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, INT32_MAX, &mutex, 0));
	say("  %s\n", pi_word(mutex, p[owner_first ? 0 : 1].tid));
	for (int i = 0; i < 3; i++) {
		bool is_owner = (i == 0) == owner_first && i < 2;

		if (!p[i].fn)
			continue;
		if (is_owner) {
			while (!p[i].step)
				sleep_ms(1);
			sleep_ms(30);
			p[i].step = 2;
		}
	}
	for (int i = 0; i < 3; i++)
		if (p[i].fn)
			peer_show(p[i].step ? "  owner" : "  waiter", &p[i]);
	say("  %s\n", pi_word(mutex, 0));
	mutex = 0;
}

int main(void)
{
	int fd = (int)syscall(SYS_memfd_create, "w", 0);
	struct timespec t;

	(void)!ftruncate(fd, PAGE);
	x = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	y = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	show("to itself by another address", futex(x, FUTEX_WAIT_REQUEUE_PI, 0, soon(&t, 50), y, 0));
	show("the same, another value", futex(x, FUTEX_WAIT_REQUEUE_PI, 1, soon(&t, 50), y, 0));
	show("as private words", futex(x, FUTEX_WAIT_REQUEUE_PI_PRIVATE, 0, soon(&t, 50), y, 0));
	show("nobody waits", futex2(x, FUTEX_CMP_REQUEUE_PI, 1, 1, y, 0));
	show("plain requeue to itself", futex2(x, FUTEX_CMP_REQUEUE, 1, 1, y, 0));
	round_of("the owner waits first", true, false);
	round_of("the owner waits first, others behind", true, true);
	round_of("the owner waits second", false, true);
}
