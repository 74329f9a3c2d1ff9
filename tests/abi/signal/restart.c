/* A handler runs while a call sleeps: which calls begin anew with SA_RESTART, and which end with EINTR all the same. */
#include "raw.h"
#include <linux/futex.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>

static int fds[2], pair[2], timed_pair[2], msg, sem, ep;
static pid_t child;
static volatile int handled;
static const char *now;

static void handler(int sig)
{
	(void)sig;
	if (++handled == 2) {
		say("%s: restarted\n", now);
		_exit(0);
	}
}

static long f_read(void) { char c; return read(fds[0], &c, 1); }
static long f_write(void)
{
	static char big[65536];
	int full[2];

	(void)!pipe(full);
	(void)!write(full[1], big, sizeof big);
	return write(full[1], big, 1);
}
static long f_wait(void) { return wait4(child, NULL, 0, NULL); }
static long f_waitid(void) { siginfo_t si; return waitid(P_PID, (id_t)child, &si, WEXITED); }
static long f_pause(void) { return pause(); }
static long f_nanosleep(void) { struct timespec t = { 5, 0 }; return nanosleep(&t, NULL); }
static long f_clock(void) { struct timespec t = { 1l << 40, 0 }; int e = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL); errno = e; return e ? -1 : 0; }
static long f_poll(void) { struct pollfd p = { fds[0], POLLIN, 0 }; return poll(&p, 1, 5000); }
static long f_ppoll(void) { struct pollfd p = { fds[0], POLLIN, 0 }; return syscall(SYS_ppoll, &p, 1, NULL, NULL, 8); }
static long f_select(void) { fd_set s; FD_ZERO(&s); FD_SET(fds[0], &s); return select(fds[0] + 1, &s, NULL, NULL, NULL); }
static long f_epoll(void) { struct epoll_event e; return epoll_wait(ep, &e, 1, -1); }
static long f_recv(void) { char c; return recv(pair[0], &c, 1, 0); }
static long f_recv_timed(void) { char c; return recv(timed_pair[0], &c, 1, 0); }
static long f_accept(void) { int s = socket(AF_UNIX, SOCK_STREAM, 0); struct sockaddr a = { .sa_family = AF_UNIX }; bind(s, &a, 2); listen(s, 1); return accept(s, NULL, NULL); }
static long f_msgrcv(void) { char b[64]; return msgrcv(msg, b, 8, 0, 0); }
static long f_semop(void) { struct sembuf b = { 0, -1, 0 }; return semop(sem, &b, 1); }
static long f_semtimedop(void) { struct sembuf b = { 0, -1, 0 }; struct timespec t = { 5, 0 }; return semtimedop(sem, &b, 1, &t); }
static long f_futex(void) { static int w; return syscall(SYS_futex, &w, FUTEX_WAIT, 0, NULL, NULL, 0); }
static long f_suspend(void) { uint64_t m = 0; return syscall(SYS_rt_sigsuspend, &m, 8); }
static long f_timedwait(void) { uint64_t m = BIT_OF(SIGUSR2); return syscall(SYS_rt_sigtimedwait, &m, NULL, NULL, 8); }
static long f_fifo(void) { return open("/tmp/restart.fifo", O_RDONLY); }
static long f_lock(void) { struct flock l = { .l_type = F_WRLCK }; int fd = open("/tmp/restart.lock", O_RDWR); return fcntl(fd, F_SETLKW, &l); }

static void probe(const char *what, long (*f)(void), unsigned long flags)
{
	struct itimerval it = { { 0, 80000 }, { 0, 25000 } }, none = { { 0, 0 }, { 0, 0 } };
	pid_t pid = fork();

	if (pid) {
		waitpid(pid, NULL, 0);
		return;
	}
	now = what;
	child = fork();
	if (!child) {
		for (int i = 0; i < 100; i++)
			sleep_ms(10);
		_exit(0);
	}
	on(SIGALRM, handler, flags, 0);
	setitimer(ITIMER_REAL, &it, NULL);
	long r = f();
	int err = errno;

	setitimer(ITIMER_REAL, &none, NULL);
	errno = err;
	say("%s: %s\n", what, r == -1 ? errno_name(errno) : "returned");
	kill(child, SIGKILL);
	_exit(0);
}

int main(void)
{
	static const struct { const char *name; long (*f)(void); } calls[] = {
#define C(x) { #x, f_##x }
		C(read), C(write), C(wait), C(waitid), C(pause), C(nanosleep), C(clock), C(poll), C(ppoll), C(select), C(epoll), C(recv),
		C(recv_timed), C(accept), C(msgrcv), C(semop), C(semtimedop), C(futex), C(suspend), C(timedwait), C(fifo), C(lock),
	};
	struct flock l = { .l_type = F_WRLCK };
	struct timeval tv = { 5, 0 };
	struct epoll_event e = { .events = EPOLLIN };
	int fd;

	(void)!pipe(fds);
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	socketpair(AF_UNIX, SOCK_STREAM, 0, timed_pair);
	setsockopt(timed_pair[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
	msg = msgget(IPC_PRIVATE, 0600);
	sem = semget(IPC_PRIVATE, 1, 0600);
	ep = epoll_create1(0);
	epoll_ctl(ep, EPOLL_CTL_ADD, fds[0], &e);
	mkfifo("/tmp/restart.fifo", 0600);
	fd = open("/tmp/restart.lock", O_RDWR | O_CREAT, 0600);
	fcntl(fd, F_SETLK, &l);
	for (int r = 0; r < 2; r++) {
		say(r ? "with SA_RESTART\n" : "without\n");
		for (unsigned i = 0; i < sizeof calls / sizeof calls[0]; i++)
			probe(calls[i].name, calls[i].f, r ? SA_RESTART : 0);
	}
	msgctl(msg, IPC_RMID, NULL);
	semctl(sem, 0, IPC_RMID);
}
