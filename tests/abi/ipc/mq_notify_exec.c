/* mq_notify(2) and execve(2): who asked gets the signal, not the program that comes after it. */
#include "../show.h"
#include <mqueue.h>

#define NAME "/notify-exec"

static void send_one(const char *what, mqd_t q, pid_t pid)
{
	int status;

	show(what, mq_send(q, "x", 1, 0));
	kill(pid, SIGCONT);
	waitpid(pid, &status, 0);
	say("%s: %s\n", what, ending(status));
}

/* The program that asks and begins another one, or goes on. Stops when it has asked. */
static int asker(const char *self, bool exec)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	mqd_t q = mq_open(NAME, O_RDWR);

	fcntl(q, F_SETFD, 0);
	show_ok("ask", syscall(SYS_mq_notify, q, &e));
	if (exec)
		execl(self, self, "victim", NULL);
	raise(SIGSTOP);
	return 0;
}

int main(int argc, char **argv)
{
	struct mq_attr a = { .mq_maxmsg = 4, .mq_msgsize = 32 };
	char text[32];
	mqd_t q;

	if (argc > 1) {
		raise(SIGSTOP);
		return 5;
	}
	mq_unlink(NAME);
	q = mq_open(NAME, O_RDWR | O_CREAT, 0600, &a);
	for (int exec = 0; exec < 2; exec++) {
		pid_t pid = fork();
		int status;

		if (!pid && mq_close(q) == 0)           /* closing it at exec would take back what was asked for */
			_exit(asker("/proc/self/exe", exec));
		waitpid(pid, &status, WUNTRACED);
		send_one(exec ? "to the next program" : "to who asked", q, pid);
		mq_receive(q, text, sizeof text, NULL);
	}
	mq_unlink(NAME);
	return 0;
}
