/* pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2), polling. */
#include "../show.h"
#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>

#define popen_(pid, flags) ((int)syscall(SYS_pidfd_open, pid, flags))
#define psend(fd, sig, si, flags) syscall(SYS_pidfd_send_signal, fd, sig, si, flags)
#define pget(fd, n, flags) ((int)syscall(SYS_pidfd_getfd, fd, n, flags))

static volatile int tid;
static volatile bool is_enough;
static void *thread(void *arg)
{
	tid = (int)syscall(SYS_gettid);
	while (!is_enough)
		sleep_ms(1);
	return arg;
}

static short ready(int fd, int ms) { struct pollfd p = { fd, POLLIN, 0 }; return poll(&p, 1, ms) < 0 ? -1 : p.revents; }
static volatile int got_code, got_value;
static void handler(int sig, siginfo_t *si, void *u) { (void)sig, (void)u; got_code = si->si_code; got_value = si->si_value.sival_int; }

int main(void)
{
	struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };
	siginfo_t si = { .si_signo = SIGUSR1, .si_code = SI_QUEUE };
	char *edge = page_edge(), buf[8];
	int null = open("/dev/null", O_RDONLY), fd, mine, got, fds[2];
	struct stat st;
	pthread_t t;
	pid_t pid;

	show("pid 0", popen_(0, 0));
	show("pid -1", popen_(-1, 0));
	show("nobody", popen_(4000000, 0));
	show("flag 1", popen_(getpid(), 1));
	mine = popen_(getpid(), 0);
	show("close on exec", fcntl(mine, F_GETFD));
	show("status flags", fcntl(mine, F_GETFL) & O_ACCMODE);
	show("read", read(mine, buf, 8));
	show("write", write(mine, buf, 8));
	show("lseek", lseek(mine, 0, SEEK_SET));
	fstat(mine, &st);
	say("mode %o\n", st.st_mode & S_IFMT);
	pthread_create(&t, NULL, thread, NULL);
	while (!tid)
		sleep_ms(1);
	show("a thread", popen_(tid, 0));
	is_enough = true;
	pthread_join(t, NULL);
	pid = fork();
	if (!pid) {
		(void)!dup2(null, 50);
		for (;;)
			pause();
	}
	sleep_ms(20);
	fd = popen_(pid, O_NONBLOCK);
	say("nonblocking: %d\n", !!(fcntl(fd, F_GETFL) & O_NONBLOCK));
	say("ready: %d\n", ready(fd, 0));
	show("signal 0", psend(fd, 0, NULL, 0));
	show("signal 65", psend(fd, 65, NULL, 0));
	show("flags 8", psend(fd, 0, NULL, 8));
	show("no pidfd", psend(null, 0, NULL, 0));
	show("bad descriptor", psend(99, 0, NULL, 0));
	sigaction(SIGUSR1, &sa, NULL);
	si.si_value.sival_int = 12;
	show("with info, to oneself", psend(mine, SIGUSR1, &si, 0));
	say("code %d value %d\n", got_code, got_value);
	show("info of another signal", psend(mine, SIGUSR2, &si, 0));
	si.si_code = SI_USER;
	show("forged, to oneself", psend(mine, SIGUSR1, &si, 0));
	show("forged, to another", psend(fd, SIGUSR1, &si, 0));
	show("bad info", psend(mine, SIGUSR1, edge, 0));
	got = pget(fd, 50, 0);
	judge("getfd", got >= 0 && fcntl(got, F_GETFD) == FD_CLOEXEC);
	show("getfd, flags", pget(fd, 50, 1));
	show("getfd, none there", pget(fd, 77, 0));
	show("getfd, no pidfd", pget(null, 50, 0));
	show("getfd, bad descriptor", pget(99, 50, 0));
	(void)!pipe(fds);
	kill(pid, SIGKILL);
	say("ready: %d\n", ready(fd, 2000));
	show("signal to a zombie", psend(fd, 0, NULL, 0));
	show("getfd of a zombie", pget(fd, 50, 0));
	waitpid(pid, NULL, 0);
	show("signal to the gone", psend(fd, 0, NULL, 0));
	say("ready: %d\n", ready(fd, 0));
	show("the number is free", popen_(pid, 0));
}
