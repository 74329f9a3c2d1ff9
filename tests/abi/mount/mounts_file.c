/* /proc/PID/mounts and mountinfo: odd names, chroot, what cannot be reached. */
#include "mount.h"

static void lines(const char *file, const char *word)
{
	static char text[65536];
	int fd = open(file, O_RDONLY), n = fd < 0 ? 0 : (int)read(fd, text, sizeof text - 1);

	close(fd);
	text[n < 0 ? 0 : n] = 0;
	for (char *l = strtok(text, "\n"); l; l = strtok(NULL, "\n"))
		if (strstr(l, word))
			say("  %s\n", l);
}

int main(void)
{
	begin();
	dirs("sp ace", "back\\slash", "tab\there", "hash#", "r", "r/proc", "r/in", NULL);
	mount("so urce", "sp ace", "tmpfs", 0, NULL);
	mount("tab\ts", "tab\there", "tmpfs", MS_NOSUID, NULL);
	mount("b", "back\\slash", "tmpfs", MS_RDONLY, NULL);
	mount("#h", "hash#", "tmpfs", MS_NODEV | MS_NOEXEC | MS_NODIRATIME, NULL);
	mount("", "r", "tmpfs", 0, "size=4096,mode=700");
	dirs("r/proc", "r/in", NULL);
	say("mounts:\n");
	lines("/proc/self/mounts", AT "/");
	table("mountinfo");
	mount("proc", "r/proc", "proc", 0, NULL);
	mount("inner", "r/in", "tmpfs", 0, NULL);
	chroot("r");
	say("in a chroot, mounts:\n");
	lines("/proc/self/mounts", " ");
	say("mountinfo:\n");
	table_of("/proc/self/mountinfo", "/");
	chdir("/in");
	chroot("/in");
	say("root is a mount itself:\n");
	lines("../proc/self/mounts", " ");
	return 0;
}
