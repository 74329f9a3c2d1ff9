/* Nothing of a user's is to stand at the lowest addresses, whatever call would put it there. */
#include "../show.h"
#include <sys/shm.h>

static void show_at(const char *what, void *p)
{
	if (p == (void *)-1)
		say("%s: %s\n", what, errno_name(errno));
	else
		say("%s: %#lx\n", what, (unsigned long)p);
}

static void *page(void) { return mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }

static void all(void)
{
	int id = shmget(IPC_PRIVATE, PAGE, 0600);
	char *stack;
	pid_t pid;
	int status;

	show_at("mmap at 0", mmap(0, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	show_at("mremap to 0", mremap(page(), PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)0));
	show_at("mremap to 0xf000", mremap(page(), PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)0xf000));
	show_at("mremap to 0x10000", mremap(page(), PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)0x10000));
	show_at("shmat at 0x1000", shmat(id, (void *)0x1000, 0));
	show_at("shmat at 0x1000 again", shmat(id, (void *)0x1000, SHM_REMAP));
	show_at("shmat at 1, rounded", shmat(id, (void *)1, SHM_RND));
	show_at("shmat at 1, rounded, instead", shmat(id, (void *)1, SHM_RND | SHM_REMAP));
	shmctl(id, IPC_RMID, NULL);
	stack = mmap((void *)0x11000, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
	show_at("a growing one", stack);
	for (long at = 0x10ff8; at >= 0xfff8; at -= PAGE) {
		pid = fork();
		if (!pid) {
			*(volatile long *)0x10ff8 = 1;
			*(volatile long *)at = 1;
			_exit(0);
		}
		waitpid(pid, &status, 0);
		say("grown to %#lx: %s\n", at, ending(status));
	}
}

int main(void)
{
	if (syscall(SYS_setresgid, 1000, 1000, 1000) || syscall(SYS_setresuid, 1000, 1000, 1000))
		fatal("setresuid");
	all();
	return 0;
}
