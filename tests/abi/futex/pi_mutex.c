/* The C library's mutexes: inheriting, robust, both; under load from several threads. */
#include "futex.h"

static pthread_mutex_t m;
static int count;

static void *work(void *arg)
{
	(void)arg;
	for (int i = 0; i < 200; i++) {
		int err = pthread_mutex_lock(&m);

		if (err)
			say("lock: %s\n", errno_name(err));
		count++;
		if (i % 64 == 0)
			sched_yield();
		pthread_mutex_unlock(&m);
	}
	return NULL;
}

static void *die(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&m);
	return NULL;
}

static void kind(const char *what, int protocol, int robust)
{
	pthread_mutexattr_t a;
	pthread_t t[4];
	int err;

	say("%s\n", what);
	pthread_mutexattr_init(&a);
	say("protocol: %d\n", pthread_mutexattr_setprotocol(&a, protocol));
	pthread_mutexattr_setrobust(&a, robust);
	pthread_mutex_init(&m, &a);
	count = 0;
	for (int i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, work, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	say("count %d\n", count);
	if (robust != PTHREAD_MUTEX_ROBUST)
		return;
	pthread_create(&t[0], NULL, die, NULL);
	pthread_join(t[0], NULL);
	err = pthread_mutex_lock(&m);
	say("after its owner's death: %s\n", err == EOWNERDEAD ? "EOWNERDEAD" : errno_name(err));
	say("consistent: %d\n", pthread_mutex_consistent(&m));
	say("unlock: %d\n", pthread_mutex_unlock(&m));
	say("lock: %d\n", pthread_mutex_lock(&m));
}

int main(void)
{
	kind("plain", PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED);
	kind("inherit", PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_STALLED);
	kind("robust", PTHREAD_PRIO_NONE, PTHREAD_MUTEX_ROBUST);
	kind("inherit, robust", PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_ROBUST);
}
