/* Files of /proc/PID that were opened while one might: what they give once the process is another program, with more rights. */
#include "../cred/privileged.h"

#define FILE_NAME "/tmp/er/show"

static volatile long marker = 0x1122334455667788;
static const char *const names[] = { "mem", "pagemap", "io", "syscall", "personality", "environ", "auxv", "maps", "smaps", "numa_maps" };
#define NAMES (int)(sizeof names / sizeof *names)

static const char *yields(long r) { return r < 0 ? errno_name(errno) : r ? "something" : "nothing"; }

static int open_of(pid_t pid, const char *name, int flags)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	return open(path, flags);
}

static void look(pid_t pid, const int *fd, int go)
{
	long v = 0x666;

	(void)!write(go, "x", 1);
	usleep(200000);
	for (int i = 0; i < NAMES; i++) {
		off_t at = i == 0 ? (off_t)&marker : i == 1 ? (off_t)((uintptr_t)&marker >> 12 << 3) : 0;

		say("%s: read %s\n", names[i], yields(pread(fd[i], &v, 8, at)));
	}
	v = 0x666;
	say("mem: write %s\n", yields(pwrite(fd[0], &v, 8, (off_t)&marker)));
	for (int i = 0; i < NAMES; i++)
		say("%s: open again %s\n", names[i], open_of(pid, names[i], O_RDONLY) < 0 ? errno_name(errno) : "ok");
	say("fdinfo/0: open %s\n", open_of(pid, "fdinfo/0", O_RDONLY) < 0 ? errno_name(errno) : "ok");
	say("pidfd_getfd: %s\n", yields(syscall(438, syscall(434, pid, 0), 0, 0)));
}

int main(int argc, char **argv)
{
	int go[2], fd[NAMES];
	pid_t user, pid;
	char c;

	(void)argc;
	if (!strcmp(argv[0], "tell")) {
		usleep(500000);
		say("euid %d, marker %lx\n", geteuid(), marker);
		return 0;
	}
	privileged_begin("/tmp/er", FILE_NAME, 04755);
	user = fork();
	if (!user) {
		r_setresgid(1000, 1000, 1000), r_setresuid(1000, 1000, 1000), prctl(PR_SET_DUMPABLE, 1);
		(void)!pipe(go);
		pid = fork();
		if (!pid) {
			(void)!read(go[0], &c, 1);
			execl(FILE_NAME, "tell", NULL);
			_exit(1);
		}
		for (int i = 0; i < NAMES; i++) {
			fd[i] = open_of(pid, names[i], i ? O_RDONLY : O_RDWR);
			say("%s: open %s\n", names[i], fd[i] < 0 ? errno_name(errno) : "ok");
		}
		look(pid, fd, go[1]);
		waitpid(pid, NULL, 0);
		_exit(0);
	}
	waitpid(user, NULL, 0);
	umount2("/tmp/er", MNT_DETACH);
}
