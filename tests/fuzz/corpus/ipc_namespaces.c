/* ipc_namespaces.c - each IPC namespace left the mount, the super block and the queues of its message queues. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	for (int i = 0; i < 60; i++) {
		pid_t pid = fork();

		if (!pid) {
			unshare(CLONE_NEWIPC);
			mq_send(mq_open("/left", O_RDWR | O_CREAT, 0600, NULL), "text", 4, 1);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
	return 0;
}
