/*
 * padding.c - the bytes between and behind the members of what the kernel writes: nothing of its own memory is in them.
 * Each buffer is filled before, and each call follows one that leaves much on the kernel's stack.
 */
#include "../show.h"
#include <mqueue.h>
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <poll.h>
#include <linux/ptrace.h>

static unsigned char b[4096];

/* Words of no meaning on the kernel's stack: long names, sets of signals, many descriptors. */
static void stir(void)
{
	static struct pollfd p[30];
	struct timespec none = { 0, 0 };
	char name[3000];
	sigset_t set;

	sigfillset(&set);
	memset(name, 0xe5, sizeof name - 1);
	name[sizeof name - 1] = 0;
	for (int n = 0; n < 30; n++)
		p[n] = (struct pollfd){ -1, 0x5e5e, 0x5e5e };
	ppoll(p, 30, &none, &set);
	access(name, F_OK);
	(void)!readlink(name, (char *)b, sizeof b);
	memset(b, 0xaa, sizeof b);
}

static void hole(const char *what, size_t from, size_t to)
{
	say("%s:", what);
	for (; from < to; from++)
		say(" %02x", b[from]);
	say("\n");
}

static void ipc(void)
{
	int shm = shmget(IPC_PRIVATE, 4096, 0600), msg = msgget(IPC_PRIVATE, 0600), sem = semget(IPC_PRIVATE, 1, 0600);

	stir(), shmctl(0, SHM_INFO, (void *)b), hole("shm_info", 4, 8);
	stir(), msgctl(0, IPC_INFO, (void *)b), hole("msginfo", 30, 32);
	stir(), msgctl(0, MSG_INFO, (void *)b), hole("msginfo used", 30, 32);
	stir(), shmctl(shm, IPC_STAT, (void *)b), hole("shmid_ds", offsetof(struct ipc_perm, __ipc_perm_seq) + 4, sizeof(struct ipc_perm));
	hole("shmid_ds, end", sizeof(struct shmid_ds) - 16, sizeof(struct shmid_ds));
	stir(), msgctl(msg, IPC_STAT, (void *)b), hole("msqid_ds", sizeof(struct msqid_ds) - 16, sizeof(struct msqid_ds));
	stir(), semctl(sem, 0, IPC_STAT, b), hole("semid_ds", sizeof(struct semid_ds) - 16, sizeof(struct semid_ds));
	shmctl(shm, IPC_RMID, NULL), msgctl(msg, IPC_RMID, NULL), semctl(sem, 0, IPC_RMID);
}

static void names(void)
{
	size_t n;

	stir(), uname((void *)b);
	n = offsetof(struct utsname, nodename);
	n += strlen((char *)b + n);
	for (; n < offsetof(struct utsname, release); n++)
		if (b[n])
			say("nodename: %02x\n", b[n]);
	prctl(PR_SET_NAME, "fifteen letters");
	prctl(PR_SET_NAME, "ab");
	stir(), prctl(PR_GET_NAME, b), hole("comm", 0, 16);
}

static void folder(void)
{
	struct head { uint64_t ino; int64_t off; uint16_t len; uint8_t type; char name[]; } *h;
	int fd, n;

	mkdir("/tmp/padding", 0700);
	for (const char *s = "abcdefgh"; *s; s++) {
		char path[40] = "/tmp/padding/";

		strcat(path, s);
		close(open(path, O_CREAT | O_RDWR, 0600));
	}
	fd = open("/tmp/padding", O_RDONLY | O_DIRECTORY);
	stir();
	n = syscall(SYS_getdents64, fd, b, sizeof b);
	for (int at = 0, bad = 0; at < n; at += h->len) {
		h = (void *)(b + at);
		for (int i = offsetof(struct head, name) + strlen(h->name) + 1; i < h->len; i++)
			bad += b[at + i] && b[at + i] != 0xaa;
		if (at + h->len >= n)
			say("getdents64: %d bytes\n", bad);
	}
	close(fd);
	(void)!system("rm -r /tmp/padding");
}

static volatile size_t frame_bad;

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	for (size_t n = 12; n < 16; n++)
		frame_bad += ((unsigned char *)info)[n] != 0;
	for (size_t n = 40; n < sizeof *info; n++)
		frame_bad += ((unsigned char *)info)[n] != 0;
	for (size_t n = 16 + 12; n < 16 + 16; n++)              /* uc_stack.ss_flags is followed by four bytes */
		frame_bad += ((unsigned char *)context)[n] != 0;
}

static void signals(void)
{
	struct sigaction a = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };
	pid_t pid;

	stir(), sigaltstack(NULL, (void *)b), hole("stack_t", 12, 16);
	sigaction(SIGUSR1, &a, NULL);
	stir(), kill(getpid(), SIGUSR1);
	show("frame", frame_bad);
	pid = fork();
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		_exit(3);
	}
	waitpid(pid, NULL, 0);
	stir(), ptrace(PTRACE_GETSIGINFO, pid, 0, b), hole("siginfo", 12, 16), hole("siginfo, end", 112, 128);
	stir(), ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(struct ptrace_syscall_info), b), hole("syscall_info", 1, 4);
	ptrace(PTRACE_CONT, pid, 0, 0);
	stir(), waitid(P_PID, pid, (void *)b, WEXITED), hole("waitid", 12, 16), hole("waitid, end", 28, 48);
}

static void others(void)
{
	struct mq_attr attr = { .mq_maxmsg = 2, .mq_msgsize = 8 };
	mqd_t q = mq_open("/padding", O_RDWR | O_CREAT, 0600, &attr);

	stir(), sysinfo((void *)b), hole("sysinfo", offsetof(struct sysinfo, procs) + 2, offsetof(struct sysinfo, totalhigh));
	stir(), stat("/", (void *)b), hole("stat", 36, 40), hole("stat, end", 120, 144);
	stir(), syscall(SYS_statx, AT_FDCWD, "/", 0, 0x7ff, b), hole("statx", 30, 32), hole("statx, time", 76, 80);
	stir(), syscall(SYS_statfs, "/proc", b), hole("statfs", 88, 120);
	stir(), mq_getattr(q, (void *)b), hole("mq_attr", 32, 64);
	memset(b, 0, sizeof b);
	((struct timex *)b)->modes = 0;
	adjtimex((void *)b), hole("timex", 4, 8), hole("timex, end", 164, 208);
	mq_unlink("/padding");
}

int main(void)
{
	ipc();
	names();
	folder();
	signals();
	others();
	return 0;
}
