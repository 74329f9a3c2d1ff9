/* Mount namespaces that keep each other, each by a file of the next that is bound in it: all end with the first. */
#include "../ns/ns.h"

#define PLACE "/tmp/mnc"
#define CHAIN 150

static int open_own(void) { return open("/proc/self/ns/mnt", O_RDONLY); }

static int link_next(int own)
{
	char path[32];
	int next;

	if (unshare(CLONE_NEWNS))
		fatal("unshare");
	next = open_own();
	snprintf(path, sizeof path, "/proc/self/fd/%d", next);
	if (setns(own, CLONE_NEWNS) || mount(path, PLACE, NULL, MS_BIND, NULL) || setns(next, CLONE_NEWNS))
		fatal("link");
	close(own);
	return next;
}

int main(void)
{
	int fd = open(PLACE, O_CREAT | O_RDWR, 0600);
	pid_t pid;

	close(fd);
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
			fatal("begin");
		fd = open_own();
		for (int i = 0; i < CHAIN; i++)
			fd = link_next(fd);
		say("%d linked\n", CHAIN);
		_exit(0);
	}
	say("%s\n", wait_for(pid));
	unlink(PLACE);
	return 0;
}
