/*
 * args.c - pipe2(2): flags, bad pointers, no descriptors left; what works on which end.
 */
#include "../show.h"
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

int main(void)
{
	int p[2] = { -7, -7 }, before, n;
	struct rlimit l = { 0, 4096 };
	struct stat st;
	char c;

	show("unknown flag", pipe2(p, O_APPEND));
	show("O_NONBLOCK | O_CLOEXEC", pipe2(p, O_NONBLOCK | O_CLOEXEC));
	say("flags %#x %#x, cloexec %d\n", fcntl(p[0], F_GETFL), fcntl(p[1], F_GETFL), fcntl(p[1], F_GETFD));
	show("O_DIRECT", pipe2(p, O_DIRECT));
	say("flags %#x %#x\n", fcntl(p[0], F_GETFL), fcntl(p[1], F_GETFL));
	show("O_EXCL", pipe2(p, O_EXCL));
	close(p[0]), close(p[1]);
	before = dup(0), close(before);
	show("bad pointer", syscall(SYS_pipe2, KERNEL_ADDRESS, 0));
	show("half a pair fits", syscall(SYS_pipe2, page_edge() - 4, 0));
	n = dup(0);
	judge("no descriptor was lost", n == before);
	close(n);
	l.rlim_cur = before + 1;
	setrlimit(RLIMIT_NOFILE, &l);
	p[0] = p[1] = -7;
	show("one descriptor left", pipe(p));
	say("untouched %d %d\n", p[0], p[1]);
	l.rlim_cur = 1024;
	setrlimit(RLIMIT_NOFILE, &l);
	(void)!pipe2(p, O_NONBLOCK);
	show("write to the reading end", write(p[0], "x", 1));
	show("read from the writing end", read(p[1], &c, 1));
	show("read, empty", read(p[0], &c, 1));
	show("read 0 bytes, empty", read(p[0], &c, 0));
	show("write 0 bytes", write(p[1], &c, 0));
	show("lseek", lseek(p[0], 0, SEEK_SET));
	show("pread", pread(p[0], &c, 1, 0));
	show("ftruncate", ftruncate(p[1], 0));
	show("fsync", fsync(p[1]));
	show("fstat", fstat(p[0], &st));
	say("mode %o, size %ld, links %ld, blksize %ld\n", st.st_mode, (long)st.st_size, (long)st.st_nlink, (long)st.st_blksize);
	(void)!write(p[1], "hello", 5);
	show("FIONREAD", ioctl(p[0], FIONREAD, &n));
	say("%d\n", n);
	show("FIONREAD on the writing end", ioctl(p[1], FIONREAD, &n));
	say("%d\n", n);
	show("unknown ioctl", ioctl(p[0], 0x5413, &n));
	show("read to a bad pointer", read(p[0], KERNEL_ADDRESS, 5));
	show("read what is left", read(p[0], page_edge() - 5, 5));
	show("write from a bad pointer", write(p[1], KERNEL_ADDRESS, 5));
	close(p[1]);
	show("end", read(p[0], &c, 1));
	return 0;
}
