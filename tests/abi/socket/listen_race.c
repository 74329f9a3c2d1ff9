/* Who connects while a listener is made and ends: refused or connected, and then SO_PEERCRED tells of its maker. */
#include "sock.h"
#include <pthread.h>
#include <stdatomic.h>

#define TIMES 1500

static struct sockaddr_un a;
static socklen_t len;
static atomic_int is_over, nr_strange;

static void *knock(void *arg)
{
	struct ucred u;
	socklen_t l;

	(void)arg;
	while (!is_over) {
		int c = socket(AF_UNIX, SOCK_STREAM, 0), r = connect(c, (void *)&a, len);

		l = sizeof u;
		if (r && errno != ECONNREFUSED)
			nr_strange++;
		if (!r && (getsockopt(c, SOL_SOCKET, SO_PEERCRED, &u, &l) || u.pid != getpid() || u.uid))
			nr_strange++;
		close(c);
	}
	return NULL;
}

int main(void)
{
	int64_t end = now_ns() + 700000000;
	pthread_t t[3];

	len = name_abstract(&a, "listen-race");
	for (int n = 0; n < 3; n++)
		pthread_create(&t[n], NULL, knock, NULL);
	for (int n = 0; n < TIMES && now_ns() < end; n++) {
		int s = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), c;

		if (bind(s, (void *)&a, len) || listen(s, 10))
			nr_strange++;
		if (n % 3 == 1)
			sched_yield();
		c = accept(s, NULL, NULL);
		if (n % 3 == 2)
			shutdown(s, SHUT_RDWR);
		close(s);
		if (c >= 0)
			close(c);
	}
	is_over = 1;
	for (int n = 0; n < 3; n++)
		pthread_join(t[n], NULL);
	say("strange: %d\n", nr_strange);
	return 0;
}
