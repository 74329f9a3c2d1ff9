/* What would bring more mounts than a namespace may have is refused before a copy is made: mount_lock is not held for long. */
#include "mount.h"

#define PLACE "/tmp/limit_peers"

static unsigned mounts(void)
{
	FILE *f = fopen("/proc/self/mounts", "r");
	unsigned n = 0;

	for (int c; (c = getc(f)) != EOF;)
		n += c == '\n';
	fclose(f);
	return n;
}

int main(void)
{
	unsigned before;
	int err;

	mkdir(PLACE, 0755);
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL) || mount("x", PLACE, "tmpfs", 0, NULL) || mount(NULL, PLACE, NULL, MS_SHARED, NULL) ||
	    chdir(PLACE))
		fatal("place");
	mkdir("at", 0755);
	before = mounts();
	/* Each bind copies the tree onto all peers: 1, 3, 11, 130, 17,000 mounts, ... */
	do
		err = mount(".", "at", NULL, MS_BIND | MS_REC, NULL) ? errno : 0;
	while (!err);
	say("refused: %s, mounts %u\n", errno_name(err), mounts() - before);
	for (int i = 0; i < 2; i++)
		if (!mount(".", "at", NULL, MS_BIND | MS_REC, NULL) || errno != ENOSPC)
			say("not refused\n");
	say("mounts %u\n", mounts() - before);
	chdir("/");
	show("detached", umount2(PLACE, MNT_DETACH));
	rmdir(PLACE);
	return 0;
}
