/* /proc/PID/ns: names, stat, ioctls. */
#include "../show.h"
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define NS_GET_USERNS _IO(0xb7, 1)
#define NS_GET_PARENT _IO(0xb7, 2)
#define NS_GET_NSTYPE _IO(0xb7, 3)

int main(void)
{
	static const char *const names[] = { "ipc", "uts", "pid", "user", "mnt", "net", "cgroup" };
	char path[64], link[64];
	struct stat st, other;
	struct statfs fs;
	ssize_t n;
	int fd;

	for (unsigned i = 0; i < 7; i++) {
		snprintf(path, sizeof path, "/proc/self/ns/%s", names[i]);
		n = readlink(path, link, sizeof link - 1);
		link[n < 0 ? 0 : n] = 0;
		stat(path, &st);
		judge(names[i], !strncmp(link, names[i], strlen(names[i])) && st.st_ino == strtoul(strchr(link, '[') + 1, NULL, 10));
	}
	fd = open("/proc/self/ns/uts", O_RDONLY);
	fstat(fd, &st);
	stat("/proc/1/ns/uts", &other);
	judge("as process 1", st.st_ino == other.st_ino && st.st_dev == other.st_dev);
	say("mode %o\n", st.st_mode);
	fstatfs(fd, &fs);
	say("magic %lx\n", (long)fs.f_type);
	show("type", ioctl(fd, NS_GET_NSTYPE));
	show("parent", ioctl(fd, NS_GET_PARENT));
	show("other", ioctl(fd, 0x1234));
	show("read", read(fd, link, 1));
	unshare(CLONE_NEWUTS);
	stat("/proc/self/ns/uts", &other);
	judge("another now", st.st_ino != other.st_ino && st.st_dev == other.st_dev);
	show("readlink other", readlink("/proc/self/ns/nothing", link, 10));
	show("write", open("/proc/self/ns/uts", O_WRONLY));
	return 0;
}
