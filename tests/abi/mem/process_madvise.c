/* process_madvise, process_mrelease: arguments and their order, rights, whose memory goes. */
#include "../show.h"
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

static long madvise_of(int fd, const void *vec, size_t n, int advice, unsigned flags) { return syscall(440, fd, vec, n, advice, flags); }
static long mrelease(int fd, unsigned flags) { return syscall(448, fd, flags); }

static int self, child;
static char *mem;

static void call_all(void)
{
	struct iovec v[4] = { { mem, PAGE }, { mem + PAGE, 0 }, { mem + 2 * PAGE, 2 * PAGE } }, bad = { mem + 1, PAGE }, neg = { mem, -1ul };
	struct iovec hole[3] = { { mem, 2 * PAGE }, { mem + 7 * PAGE, 2 * PAGE }, { mem, PAGE } }, kernel = { DIRECT_ADDRESS, PAGE };
	char *edge = page_edge(), what[32];

	for (int a = 0; a < 30; a++) {
		snprintf(what, sizeof what, "self, advice %d", a);
		show(what, madvise_of(self, v, 3, a, 0));
		snprintf(what, sizeof what, "child, advice %d", a);
		show(what, madvise_of(child, v, 3, a, 0));
	}
	show("flags", madvise_of(-1, NULL, 1, MADV_COLD, 1));
	show("bad fd", madvise_of(-1, v, 1, MADV_COLD, 0));
	show("bad fd, bad advice", madvise_of(-1, v, 1, 77, 0));
	show("bad fd, bad vector", madvise_of(-1, edge, 1, MADV_COLD, 0));
	show("not a pidfd", madvise_of(1, v, 1, MADV_COLD, 0));
	show("nothing", madvise_of(child, NULL, 0, MADV_COLD, 0));
	show("nothing, bad fd", madvise_of(-1, NULL, 0, MADV_COLD, 0));
	show("1025", madvise_of(child, v, 1025, MADV_COLD, 0));
	show("odd", madvise_of(child, &bad, 1, MADV_COLD, 0));
	show("negative", madvise_of(child, &neg, 1, MADV_COLD, 0));
	v[3] = neg;
	show("negative, the last", madvise_of(child, v, 4, MADV_COLD, 0));
	v[3] = kernel;
	show("kernel, the last", madvise_of(child, v, 4, MADV_COLD, 0));
	v[3] = bad;
	show("odd, the last", madvise_of(child, v, 4, MADV_COLD, 0));
	show("over a hole", madvise_of(child, hole, 3, MADV_WILLNEED, 0));
	show("hole first", madvise_of(child, hole + 1, 2, MADV_WILLNEED, 0));
	show("release, flags", mrelease(child, 1));
	show("release, bad fd", mrelease(-1, 0));
	show("release, not a pidfd", mrelease(1, 0));
	show("release self", mrelease(self, 0));
	show("release child", mrelease(child, 0));
}

static int open_pid(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

/* Held at the end of its life, its memory not yet given back. */
static void released(void)
{
	int status, pid = fork(), fd;
	long r;

	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		syscall(SYS_exit_group, 3);
	}
	fd = open_pid(pid);
	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEEXIT);
	show("alive, stopped", mrelease(fd, 0));
	ptrace(PTRACE_CONT, pid, 0, 0);
	waitpid(pid, &status, 0);
	say("%s\n", ending(status & 0xffff));
	errno = 0;
	r = ptrace(PTRACE_PEEKDATA, pid, mem, 0);
	say("memory: %ld %s\n", r, errno_name(errno));
	show("at its exit", mrelease(fd, 0));
	show("again", mrelease(fd, 0));
	ptrace(PTRACE_CONT, pid, 0, 0);
	siginfo_t info;
	waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
	show("zombie", mrelease(fd, 0));
	show("zombie, advice", madvise_of(fd, NULL, 0, MADV_COLD, 0));
	waitpid(pid, &status, 0);
	say("%s\n", ending(status));
	show("reaped", mrelease(fd, 0));
	show("reaped, advice", madvise_of(fd, NULL, 0, MADV_COLD, 0));
	close(fd);
}

int main(void)
{
	int pid;

	mem = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(mem, 8 * PAGE, MADV_NOHUGEPAGE);
	memset(mem, 7, 8 * PAGE);
	munmap(mem + 8 * PAGE, PAGE);
	pid = fork();
	if (!pid)
		for (;;)
			pause();
	self = open_pid(getpid());
	child = open_pid(pid);
	call_all();
	released();
	if (setresuid(65534, 65534, 65534))
		fatal("setresuid");
	prctl(PR_SET_DUMPABLE, 1);
	say("as nobody\n");
	call_all();
	kill(pid, SIGKILL);
	return 0;
}
