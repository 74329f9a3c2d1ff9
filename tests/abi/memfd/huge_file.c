/* memfd_create(MFD_HUGETLB) while no huge page is there: sizes, reads, what cannot be written or allocated, seals. */
#include "huge.h"
#include <linux/falloc.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <sys/xattr.h>

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 16
#endif

static char buf[100];

static void create(void)
{
	static const unsigned sizes[] = { 0, 21, 30, 12, 14, 20, 22, 29, 31, 34, 63 };
	char what[32];

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		int fd = huge_create(sizes[i] << 26);

		snprintf(what, sizeof what, "size %u", sizes[i]);
		show_ok(what, fd);
		if (fd >= 0)
			show_file(what, fd);
		close(fd);
	}
	show("size without MFD_HUGETLB", syscall(SYS_memfd_create, "x", SIZE_2M));
	show("unknown flag", huge_create(0x100));
	show("bad name, bad size", syscall(SYS_memfd_create, KERNEL_ADDRESS, MFD_HUGE | 12u << 26));
}

static void read_write(int fd)
{
	struct iovec io = { buf, 10 };

	show("read nothing", read(fd, buf, 10));
	show("write", write(fd, buf, 10));
	show("write nothing", write(fd, buf, 0));
	show("pwrite", pwrite(fd, buf, 10, 0));
	show("truncate to a part", ftruncate(fd, PAGE));
	show("truncate", ftruncate(fd, 2 * HUGE));
	show_file("grown", fd);
	memset(buf, 7, sizeof buf);
	show("read", pread(fd, buf, 10, 0));
	say("%d %d %d\n", buf[0], buf[9], buf[10]);
	show("read at the end", pread(fd, buf, 100, 2 * HUGE - 5));
	show("read behind it", pread(fd, buf, 100, 2 * HUGE));
	show("read to nowhere", pread(fd, KERNEL_ADDRESS, 100, 0));
	show("readv", readv(fd, &io, 1));
	show("writev", writev(fd, &io, 1));
	show("at once", syscall(SYS_preadv2, fd, &io, 1, 0, 0, 8));
	show("position", lseek(fd, 0, SEEK_CUR));
	show("end", lseek(fd, 0, SEEK_END));
	show("data", lseek(fd, 100, SEEK_DATA));
	show("hole", lseek(fd, 100, SEEK_HOLE));
	show("data behind", lseek(fd, 2 * HUGE, SEEK_DATA));
	show("hole behind", lseek(fd, 3 * HUGE, SEEK_HOLE));
	show("data before", lseek(fd, -1, SEEK_DATA));
}

static void allocate(int fd)
{
	show("allocate", fallocate(fd, 0, 0, HUGE));
	show("allocate a byte", fallocate(fd, 0, 0, 1));
	show("beyond", fallocate(fd, 0, 100 * HUGE, 1));
	show("keep size", fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, HUGE));
	show("punch", fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, HUGE));
	show("punch a part", fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, PAGE, PAGE));
	show("zero", fallocate(fd, FALLOC_FL_ZERO_RANGE, 0, HUGE));
	show("collapse", fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, HUGE));
	show("negative", fallocate(fd, 0, -1, HUGE));
	show_file("is", fd);
}

static void seals(void)
{
	int fd = huge_create(0);

	show("seals", fcntl(fd, F_GET_SEALS));
	show("add", fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
	close(fd);
	fd = huge_create(2);
	show("seals", fcntl(fd, F_GET_SEALS));
	ftruncate(fd, 2 * HUGE);
	show("shrink", fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
	show("shorter", ftruncate(fd, HUGE));
	show("shorter by a part", ftruncate(fd, PAGE));
	show("grow", fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
	show("longer", ftruncate(fd, 3 * HUGE));
	show("allocate longer", fallocate(fd, 0, 0, 3 * HUGE));
	show("allocate", fallocate(fd, 0, 0, HUGE));
	show("future write", fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
	show("punch", fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, HUGE));
	show("write", fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
	map("map to write", NULL, HUGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
	map("map to read", NULL, HUGE, PROT_READ, MAP_SHARED | MAP_NORESERVE, fd, 0);
	show("seal", fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL));
	show("more", fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
	show("seals", fcntl(fd, F_GET_SEALS));
	close(fd);
	fd = huge_create(8);
	show_file("not to execute", fd);
	show("seals", fcntl(fd, F_GET_SEALS));
	show("chmod", fchmod(fd, 0700));
	show_file("is", fd);
	close(fd);
}

static void others(int fd)
{
	struct pollfd p = { fd, POLLIN | POLLOUT, 0 };
	struct { uint64_t off, len; } range = { 0, 0 };
	char link[64], text[64] = "";
	int pipes[2], n = -1;
	loff_t at = 0;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	(void)!readlink(link, text, sizeof text - 1);
	say("link %s flags %#x\n", text, fcntl(fd, F_GETFL));
	show("poll", poll(&p, 1, 0));
	show("fsync", fsync(fd));
	show("set xattr", fsetxattr(fd, "user.a", "x", 1, 0));
	show("get trusted xattr", fgetxattr(fd, "trusted.a", buf, 1));
	show("get security xattr", fgetxattr(fd, "security.a", buf, 1));
	show("list xattrs", flistxattr(fd, buf, sizeof buf));
	show("FIONREAD", ioctl(fd, FIONREAD, &n));
	show("FS_IOC_GETFLAGS", ioctl(fd, 0x80086601, &n));
	show("fadvise", posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED));
	show("readahead", readahead(fd, 0, 100));
	show("cachestat", syscall(451, fd, &range, buf, 0));
	show("cachestat flags", syscall(451, fd, &range, buf, 1));
	(void)!pipe(pipes);
	(void)!write(pipes[1], "x", 1);
	show("splice from", splice(fd, &at, pipes[1], NULL, 10, 0));
	show("splice to", splice(pipes[0], NULL, fd, &at, 1, 0));
	show("sendfile", sendfile(pipes[1], fd, &at, 10));
	show("O_DIRECT", fcntl(fd, F_SETFL, O_DIRECT));
	show("open O_DIRECT", open(link, O_RDWR | O_DIRECT));
	show_ok("open to truncate", open(link, O_RDWR | O_TRUNC));
	show_file("is", fd);
}

int main(void)
{
	int fd;

	create();
	fd = huge_create(0);
	read_write(fd);
	allocate(fd);
	others(fd);
	close(fd);
	seals();
	return 0;
}
