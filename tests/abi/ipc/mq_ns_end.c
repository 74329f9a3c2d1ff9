/*
 * mq_ns_end.c - the queues of an IPC namespace end with it, and their owner may have as many bytes of queues again.
 */
#include "../show.h"
#include <mqueue.h>
#include <sched.h>

static int one(int i)
{
	char name[16];
	mqd_t q;

	if (unshare(CLONE_NEWIPC))
		return errno;
	snprintf(name, sizeof name, "/q%d", i);
	q = mq_open(name, O_RDWR | O_CREAT, 0600, NULL);
	if (q < 0)
		return errno;
	return mq_send(q, "left behind", 11, 1) ? errno : 0;
}

int main(void)
{
	int status, last = 0;

	for (int i = 0; i < 30 && !last; i++) {
		pid_t pid = fork();

		if (!pid)
			_exit(one(i));
		waitpid(pid, &status, 0);
		last = WEXITSTATUS(status);
		for (int wait = 0; last == EMFILE && wait < 100; wait++) {      /* the end of a namespace may take a moment */
			usleep(10000);
			pid = fork();
			if (!pid)
				_exit(one(i));
			waitpid(pid, &status, 0);
			last = WEXITSTATUS(status);
		}
	}
	say("30 namespaces with a queue each, one after the other: %d\n", last);
	return 0;
}
