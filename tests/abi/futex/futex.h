/* futex.h - what the programs of tests/abi/futex share: the call, and threads one can wait for. */
#ifndef FUTEX_H
#define FUTEX_H
#include "../show.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>

#ifndef FUTEX_LOCK_PI2
#define FUTEX_LOCK_PI2 13
#endif

static inline long futex(volatile uint32_t *word, int op, uint32_t val, const struct timespec *timeout, volatile uint32_t *word2, uint32_t val3)
{
	return syscall(SYS_futex, word, op, val, timeout, word2, val3);
}
/* The operations whose fourth argument is a number. */
static inline long futex2(volatile uint32_t *word, int op, uint32_t val, uint32_t val2, volatile uint32_t *word2, uint32_t val3)
{
	return syscall(SYS_futex, word, op, val, (long)val2, word2, val3);
}

static inline int own_tid(void) { return (int)syscall(SYS_gettid); }

/* A field of /proc/TID/stat behind the name: 3 is the state, 18 the priority. */
static inline long stat_field(int tid, int nr)
{
	char path[64], text[512] = "", *p;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/stat", tid);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -1000;
	(void)!read(fd, text, sizeof text - 1);
	close(fd);
	p = strrchr(text, ')');
	if (!p)
		return -1000;
	for (p += 2; nr > 3; nr--)
		p = strchr(p, ' ') + 1;
	return *p >= 'A' ? *p : atol(p);
}

/* Until the thread sleeps. */
static inline void await_sleep(int tid)
{
	while (stat_field(tid, 3) != 'S')
		sleep_ms(1);
}

struct peer {
	pthread_t thread;
	volatile int tid;
	void (*fn)(struct peer *p);
	volatile long result;
	int err;
	volatile int step;
	int nr, prio;                           /* prio 0: not real-time */
	void *arg;
};

static inline void *peer_main(void *arg)
{
	struct peer *p = arg;

	p->tid = own_tid();
	p->fn(p);
	return NULL;
}

/* Start it, and see it asleep in what it does. */
static inline void peer_start(struct peer *p, void (*fn)(struct peer *))
{
	pthread_attr_t a;

	p->fn = fn;
	pthread_attr_init(&a);
	if (p->prio) {
		struct sched_param sp = { .sched_priority = p->prio };

		pthread_attr_setinheritsched(&a, PTHREAD_EXPLICIT_SCHED);
		pthread_attr_setschedpolicy(&a, SCHED_FIFO);
		pthread_attr_setschedparam(&a, &sp);
	}
	if (pthread_create(&p->thread, &a, peer_main, p))
		fatal("pthread_create");
	while (!p->tid)
		sleep_ms(1);
}
static inline void peer_sleeps(struct peer *p) { await_sleep(p->tid); }
static inline void peer_join(struct peer *p) { pthread_join(p->thread, NULL); }
/* What its call returned, as show() says it. */
static inline void peer_show(const char *what, struct peer *p)
{
	peer_join(p);
	errno = p->err;
	show(what, p->result);
}
#define PEER_CALL(p, call) do { (p)->result = (call); (p)->err = errno; } while (0)

/* An owner's word without the figures that vary. */
static inline const char *pi_word(uint32_t v, int tid)
{
	static char text[64];
	uint32_t owner = v & FUTEX_TID_MASK;

	snprintf(text, sizeof text, "%s%s%s", !owner ? "nobody" : (int)owner == tid ? "expected owner" : "another owner",
		 v & FUTEX_WAITERS ? ", waiters" : "", v & FUTEX_OWNER_DIED ? ", died" : "");
	return text;
}
#endif
