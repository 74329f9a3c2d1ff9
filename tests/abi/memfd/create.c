/* memfd_create(2): flags, names, and what stat and /proc say of the file. */
#include "../show.h"
#include <sys/stat.h>

static long create(const char *name, unsigned flags) { return syscall(SYS_memfd_create, name, flags); }

int main(void)
{
	char name[300], link[300];
	struct stat st;
	ssize_t n;
	int fd;

	memset(name, 'x', sizeof name);
	name[249] = 0;
	show_ok("longest name", create(name, 0));
	name[249] = 'x';
	name[250] = 0;
	show("one byte more", create(name, 0));
	show("bad name", create(KERNEL_ADDRESS, 0));
	show("unknown flag", create("a", 0x20));
	show("exec and noexec", create("a", 0x18));
	show_ok("empty name", create("", 0));
	fd = create("some/name", 1);
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	n = readlink(name, link, sizeof link - 1);
	link[n > 0 ? n : 0] = 0;
	say("link: %s\n", link);
	show("cloexec", fcntl(fd, F_GETFD));
	say("flags %#x\n", fcntl(fd, F_GETFL));
	fstat(fd, &st);
	say("mode %o nlink %lu size %ld uid %u\n", st.st_mode, st.st_nlink, st.st_size, st.st_uid);
	show_ok("noexec", fd = create("n", 8));
	fstat(fd, &st);
	say("mode %o\n", st.st_mode);
	show("chmod +x", fchmod(fd, 0755));
	show("chmod -r", fchmod(fd, 0222));
	show("write", write(fd, "hello", 5));
	show("seek", lseek(fd, 0, SEEK_SET));
	n = read(fd, link, 10);
	say("read %zd %.5s\n", n, link);
	return 0;
}
