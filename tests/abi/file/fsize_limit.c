/*
 * fsize_limit.c - RLIMIT_FSIZE: what is written up to it, SIGXFSZ and EFBIG beyond, which calls it concerns.
 */
#include "../show.h"
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>

static volatile int signals;
static void on_xfsz(int sig) { (void)sig, signals++; }

static void result(const char *what, long r)
{
	say("%s: %ld %s, signals %d\n", what, r, r < 0 ? errno_name(errno) : "", signals);
	signals = 0;
}

static void dies(void)
{
	int fd = open("g", O_RDWR | O_CREAT, 0600);

	signal(SIGXFSZ, SIG_DFL);
	(void)!pwrite(fd, "x", 1, 5000);
}

int main(void)
{
	static char b[8192];
	int fd = open("f", O_RDWR | O_CREAT, 0600), in = open("in", O_RDWR | O_CREAT, 0600), big = open("big", O_RDWR | O_CREAT, 0600), p[2];
	struct iovec v[2] = { { b, 3000 }, { b, 3000 } };
	struct stat st;

	(void)!pipe(p);
	(void)!write(in, b, 8192), (void)!pwrite(big, "x", 1, 9000);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 5000, 8000 });
	signal(SIGXFSZ, on_xfsz);
	result("below", write(fd, b, 4000));
	result("across", write(fd, b, 4000));
	result("at the limit", write(fd, b, 1));
	result("nothing at the limit", write(fd, b, 0));
	result("bad pointer at the limit", syscall(SYS_write, fd, KERNEL_ADDRESS, 1));
	result("pwrite beyond", pwrite(fd, b, 1, 6000));
	result("pwrite across", pwrite(fd, b, 1000, 4500));
	result("writev across", pwritev(fd, v, 2, 100));
	result("ftruncate to it", ftruncate(fd, 5000));
	result("ftruncate beyond", ftruncate(fd, 5001));
	result("truncate beyond", truncate("f", 6000));
	result("fallocate beyond", syscall(SYS_fallocate, fd, 0, 0, 5001));
	result("fallocate, size kept", syscall(SYS_fallocate, fd, 1, 0, 9000));
	result("punch beyond", syscall(SYS_fallocate, fd, 3, 8192, 4096));
	result("a larger file, inside", pwrite(big, b, 10, 100));
	result("a larger file, beyond", pwrite(big, b, 10, 8000));
	result("a larger file, shortened", ftruncate(big, 8500));
	result("a larger file, to its size", ftruncate(big, 8500));
	ftruncate(fd, 0);
	lseek(fd, 0, SEEK_SET);
	result("sendfile across", sendfile(fd, in, (off_t[1]){ 0 }, 8192));
	result("sendfile at the limit", sendfile(fd, in, (off_t[1]){ 0 }, 10));
	result("copy_file_range at it", copy_file_range(in, (off_t[1]){ 0 }, fd, (off_t[1]){ 5000 }, 10, 0));
	result("copy_file_range across", copy_file_range(in, (off_t[1]){ 0 }, fd, (off_t[1]){ 4000 }, 8000, 0));
	(void)!write(p[1], b, 4096);
	result("splice at it", splice(p[0], NULL, fd, (off_t[1]){ 5000 }, 10, 0));
	result("splice across", splice(p[0], NULL, fd, (off_t[1]){ 4996 }, 10, 0));
	result("pipe", write(p[1], b, 8000));
	result("null", write(open("/dev/null", O_WRONLY), b, 8000));
	fcntl(fd, F_SETFL, O_APPEND);
	result("append at the limit", write(fd, b, 1));
	fstat(fd, &st);
	say("size %ld\n", (long)st.st_size);
	signal(SIGXFSZ, SIG_IGN);
	result("ignored", pwrite(open("g", O_RDWR | O_CREAT, 0600), b, 1, 5000));
	in_child("by default", dies);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 0, 8000 });
	result("limit 0", write(open("h", O_RDWR | O_CREAT, 0600), b, 1));
	result("creating is allowed", access("h", F_OK));
	return 0;
}
