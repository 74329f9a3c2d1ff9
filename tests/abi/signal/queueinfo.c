/* rt_sigqueueinfo(2), rt_tgsigqueueinfo(2), RLIMIT_SIGPENDING. */
#include "raw.h"
#include <sys/resource.h>

static siginfo_t got;
static int count;
static void handler(int sig, siginfo_t *si, void *u) { (void)sig; (void)u; got = *si; count++; }

static void send(const char *what, int pid, int sig, int code)
{
	siginfo_t si;

	memset(&si, 0, sizeof si);
	si.si_signo = 77;
	si.si_errno = 5;
	si.si_code = code;
	si.si_pid = 4242;
	si.si_uid = 4343;
	si.si_value.sival_int = 99;
	count = 0;
	show(what, syscall(SYS_rt_sigqueueinfo, pid, sig, &si));
	if (count)
		say("  got %d errno %d code %d pid %d uid %d value %d\n", got.si_signo, got.si_errno, got.si_code, got.si_pid, got.si_uid,
		    got.si_value.sival_int);
}

int main(void)
{
	int me = getpid(), tid = (int)syscall(SYS_gettid);
	struct rlimit none = { 0, 0 };
	siginfo_t si = { .si_code = SI_QUEUE };
	char *edge = page_edge();
	union sigval v = { .sival_int = 3 };
	pid_t parent = getppid();

	on(SIGUSR1, handler, SA_SIGINFO, 0);
	on(40, handler, SA_SIGINFO, 0);
	send("SI_QUEUE to oneself", me, SIGUSR1, SI_QUEUE);
	send("a made-up code", me, SIGUSR1, -60);
	send("SI_USER to oneself", me, SIGUSR1, SI_USER);
	send("a kernel's code to oneself", me, SIGUSR1, SI_KERNEL);
	send("SI_TKILL to oneself", me, 40, SI_TKILL);
	send("SI_USER to another", parent, 0, SI_USER);
	send("SI_TKILL to another", parent, 0, SI_TKILL);
	send("SI_QUEUE 0 to another", parent, 0, SI_QUEUE);
	send("signal 0", me, 0, SI_QUEUE);
	send("signal 65", me, 65, SI_QUEUE);
	send("nobody", 4000000, SIGUSR1, SI_QUEUE);
	send("pid 0", 0, SIGUSR1, SI_QUEUE);
	send("pid -1", -1, SIGUSR1, SI_QUEUE);
	show("bad pointer", syscall(SYS_rt_sigqueueinfo, me, SIGUSR1, edge));
	show("thread", syscall(SYS_rt_tgsigqueueinfo, me, tid, SIGUSR1, &si));
	show("thread of another process", syscall(SYS_rt_tgsigqueueinfo, parent, tid, SIGUSR1, &si));
	show("thread 0", syscall(SYS_rt_tgsigqueueinfo, me, 0, SIGUSR1, &si));
	show("process 0", syscall(SYS_rt_tgsigqueueinfo, 0, tid, SIGUSR1, &si));
	setrlimit(RLIMIT_SIGPENDING, &none);
	raw_mask(SIG_BLOCK, BIT_OF(SIGUSR1) | BIT_OF(40), NULL);
	show("no room: sigqueue of 40", sigqueue(me, 40, v));
	show("no room: sigqueue of SIGUSR1", sigqueue(me, SIGUSR1, v));
	show("no room: kill 40", kill(me, 40));
	show("no room: kill SIGUSR1", kill(me, SIGUSR1));
	say("pending %#lx\n", pending_now());
	count = 0;
	raw_mask(SIG_UNBLOCK, BIT_OF(SIGUSR1), NULL);
	say("got %d: code %d pid %d\n", count, got.si_code, got.si_pid);
}
