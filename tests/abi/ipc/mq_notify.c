/* mq_notify(2): a signal for a message into an empty queue; one at a time; gone after it was given. */
#include "../show.h"
#include <mqueue.h>

static int q;

static void pending(void)
{
	struct timespec none = { 0, 0 };
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (sigtimedwait(&set, &info, &none) < 0)
		say("no signal\n");
	else
		say("signal code %d value %d from us %d\n", info.si_code, info.si_value.sival_int, info.si_pid == getpid());
}

int main(void)
{
	struct mq_attr a = { .mq_maxmsg = 4, .mq_msgsize = 32 };
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 77 };
	struct sigevent none = { .sigev_notify = SIGEV_NONE }, bad = { .sigev_notify = 55 }, sig = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = 65 };
	char text[120] = "";
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	mq_unlink("/notify");
	q = mq_open("/notify", O_RDWR | O_CREAT, 0600, &a);
	show("remove none", syscall(SYS_mq_notify, q, NULL));
	show("bad kind", syscall(SYS_mq_notify, q, &bad));
	show("bad signal", syscall(SYS_mq_notify, q, &sig));
	show("bad file", syscall(SYS_mq_notify, 1, &e));
	show("bad event", syscall(SYS_mq_notify, q, KERNEL_ADDRESS));
	show("ask", syscall(SYS_mq_notify, q, &e));
	show("twice", syscall(SYS_mq_notify, q, &e));
	(void)!read(q, text, 45);
	say("%.45s\n", text);
	if (!fork()) {
		show("another", syscall(SYS_mq_notify, q, &none));
		show("another removes", syscall(SYS_mq_notify, q, NULL));
		_exit(0);
	}
	wait(NULL);
	pending();
	mq_send(q, "one", 3, 0);
	pending();
	show("ask with one there", syscall(SYS_mq_notify, q, &e));
	mq_send(q, "two", 3, 0);
	pending();
	mq_receive(q, text, 32, NULL);
	mq_receive(q, text, 32, NULL);
	mq_send(q, "three", 3, 0);
	pending();
	mq_receive(q, text, 32, NULL);
	show("none", syscall(SYS_mq_notify, q, &none));
	mq_send(q, "four", 3, 0);
	show("ask again", syscall(SYS_mq_notify, q, &e));
	close(dup(q));
	show("closing gave it up", syscall(SYS_mq_notify, q, &e));
	show("remove", syscall(SYS_mq_notify, q, NULL));
	show("now free", syscall(SYS_mq_notify, q, &none));
	mq_unlink("/notify");
	return 0;
}
