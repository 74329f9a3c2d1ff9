/*
 * bad_arguments.c - descriptors, flags and numbers that are wrong: each call
 * must give the errno that Linux gives. Unknown system calls give ENOSYS.
 */
#include "show.h"
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <termios.h>

#define S(name, ...) show(#name " " #__VA_ARGS__, syscall(SYS_##name, __VA_ARGS__))

static void descriptors(int fd)
{
	char b[64];
	struct stat st;
	struct termios t;

	say("-- descriptor %s\n", fd == -1 ? "-1" : fd == 999 ? "closed" : fd < 0 ? "negative" : "huge");
	show("read", read(fd, b, 1));
	show("write", write(fd, b, 1));
	show("close", close(fd));
	show("fstat", fstat(fd, &st));
	show("lseek", lseek(fd, 0, SEEK_SET));
	show("dup", dup(fd));
	show("dup2(0)", syscall(SYS_dup2, fd, 0));
	show("dup2(self)", syscall(SYS_dup2, fd, fd));
	show("dup2(onto it)", syscall(SYS_dup2, 0, fd));
	close(fd);
	show("dup3(self)", syscall(SYS_dup3, fd, fd, 0));
	show("fcntl F_GETFL", fcntl(fd, F_GETFL));
	show("ioctl", ioctl(fd, TCGETS, &t));
	show("fsync", fsync(fd));
	show("ftruncate", ftruncate(fd, 0));
	show("fchmod", fchmod(fd, 0644));
	show("fchown", fchown(fd, 0, 0));
	show("fchdir", fchdir(fd));
	show("getdents64", syscall(SYS_getdents64, fd, b, sizeof b));
	show("openat relative", openat(fd, "x", O_RDONLY));
	show("openat absolute", openat(fd, "/nothing-here", O_RDONLY));
	show("fstatat", fstatat(fd, "x", &st, 0));
	show("mmap", (long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0) == -1 ? -1 : 0);
	show("sendfile", syscall(SYS_sendfile, 1, fd, NULL, 10));
	show("fallocate", syscall(SYS_fallocate, fd, 0, 0, 10));
}

static void wrong_kind(void)
{
	int p[2], dir = open("/", O_RDONLY), file = open("f", O_RDWR | O_CREAT, 0600);
	int ro = open("f", O_RDONLY), wo = open("f", O_WRONLY), path = open("f", O_PATH);
	char b[64];
	struct stat st;

	if (pipe(p))
		fatal("pipe");
	show("read(directory)", read(dir, b, 1));
	show("write(directory)", write(dir, b, 1));
	show("lseek(pipe)", lseek(p[0], 0, SEEK_CUR));
	show("pread(pipe)", pread(p[0], b, 1, 0));
	show("read(write end)", read(p[1], b, 1));
	show("write(read end)", write(p[0], b, 1));
	show("read(write-only)", read(wo, b, 1));
	show("write(read-only)", write(ro, b, 1));
	show("ftruncate(read-only)", ftruncate(ro, 0));
	show("ftruncate(pipe)", ftruncate(p[1], 0));
	show("ftruncate(negative)", ftruncate(file, -1));
	show("getdents(file)", syscall(SYS_getdents64, file, b, 64));
	show("fchdir(file)", fchdir(file));
	show("ioctl TCGETS(file)", ioctl(file, TCGETS, b));
	show("ioctl unknown(file)", ioctl(file, 0xdeadbeef, b));
	show("ioctl unknown(pipe)", ioctl(p[0], 0xdeadbeef, b));
	show("lseek(whence 9)", lseek(file, 0, 9));
	show("lseek(negative)", lseek(file, -5, SEEK_SET));
	show("lseek(overflow)", (lseek(file, 0x7fffffffffffffff, SEEK_SET), lseek(file, 1, SEEK_CUR)));
	show("read(O_PATH)", read(path, b, 1));
	show("fstat(O_PATH)", fstat(path, &st));
	show("fchmod(O_PATH)", fchmod(path, 0600));
	show("openat(file)", openat(file, "x", O_RDONLY));
	show("fsync(pipe)", fsync(p[1]));
	show("fallocate(pipe)", syscall(SYS_fallocate, p[1], 0, 0, 10));
	show("fallocate(length 0)", syscall(SYS_fallocate, file, 0, 0, 0));
	show("mmap(directory)", (long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, dir, 0) == -1 ? -1 : 0);
	show("mmap(pipe)", (long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, p[0], 0) == -1 ? -1 : 0);
	show("mmap(shared, writable, read-only)", (long)mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, ro, 0) == -1 ? -1 : 0);
}

static void flags(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0600), p[2];
	struct timespec bad = { 0, 1000000000 }, neg = { -1, 0 };
	struct itimerval it = { { 0, 0 }, { 0, 1000000 } };
	struct rlimit r = { 100, 50 };
	struct pollfd pf = { fd, POLLIN, 0 };
	void *m = mmap(NULL, 4 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	S(pipe2, p, 0x8000000);
	S(dup3, 0, 0, 0);
	S(dup3, 0, 50, 0x1);
	S(open, "f", O_RDONLY | O_DIRECTORY);
	S(open, "f", O_CREAT | O_EXCL | O_RDWR, 0600);
	S(open, ".", O_RDWR);
	S(open, ".", O_CREAT | O_RDONLY, 0600);
	S(open, "f/", O_RDONLY);
	S(open, "new/", O_CREAT | O_RDWR, 0600);
	S(open, "", O_RDONLY);
	S(openat, AT_FDCWD, "", O_RDONLY);
	S(unlinkat, AT_FDCWD, "f", 0x1);
	S(unlinkat, AT_FDCWD, "f", AT_REMOVEDIR);
	S(newfstatat, AT_FDCWD, "f", m, 0x10);
	S(faccessat, AT_FDCWD, "f", 8);
	S(access, "f", 0xff);
	S(mknod, "n", 0170000, 0);
	S(mkdir, "/", 0755);
	S(mkdir, "", 0755);
	S(rmdir, "/");
	S(unlink, "/");
	S(rename, "/", "x");
	S(rename, "f", "/");
	S(rename, ".", "x");
	S(renameat2, AT_FDCWD, "f", AT_FDCWD, "g", 0x80);
	S(renameat2, AT_FDCWD, "f", AT_FDCWD, "f", 1);
	S(link, "f", "f");
	S(linkat, AT_FDCWD, "f", AT_FDCWD, "h", 0x10);
	S(symlink, "", "s");
	S(readlink, "f", (char[9]){ 0 }, 8);
	S(chmod, "", 0);
	S(mount, "x", ".", "nosuch", 0, NULL);
	S(umount2, "/tmp/bad_arguments", 0);
	S(umount2, "/nothing-here", 0);
	S(umount2, "/tmp", 0x1000);
	S(mmap, NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	S(mmap, NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0);
	S(mmap, NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 1);
	S(mmap, 1, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	S(mmap, NULL, 1ul << 60, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	S(mmap, NULL, -1ul, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	S(mmap, KERNEL_ADDRESS, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	S(mmap, BELOW_NON_CANONICAL, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	S(munmap, 1, PAGE);
	S(munmap, m, 0);
	S(munmap, KERNEL_ADDRESS, PAGE);
	S(munmap, 0x10000, PAGE);
	S(mprotect, 1, PAGE, PROT_READ);
	S(mprotect, 0x10000, PAGE, PROT_READ);
	S(mprotect, m, PAGE, 0x1000000);
	S(mprotect, m, 0, PROT_READ);
	S(mremap, m, PAGE, PAGE, 0x80, 0);
	S(mremap, 0x10000, PAGE, 2 * PAGE, 1, 0);
	S(madvise, m, PAGE, 9999);
	S(madvise, 1, PAGE, 0);
	S(kill, 0x7fffffff, 0);
	S(kill, getpid(), 65);
	S(kill, getpid(), -1);
	S(kill, -0x7fffffff, 0);
	S(tgkill, getpid(), 0x7fffffff, 0);
	S(tgkill, -1, 1, 0);
	S(rt_sigaction, 0, NULL, NULL, 8);
	S(rt_sigaction, 65, NULL, NULL, 8);
	S(rt_sigaction, SIGKILL, m, NULL, 8);
	S(rt_sigprocmask, 9, m, NULL, 8);
	S(wait4, -1, NULL, 0xff0000, NULL);
	S(wait4, -1, NULL, 0, NULL);
	S(wait4, 0x7fffffff, NULL, 0, NULL);
	S(wait4, 1, NULL, WNOHANG, NULL);
	S(waitid, 9, 0, NULL, WEXITED, NULL);
	S(waitid, P_ALL, 0, NULL, 0, NULL);
	S(nanosleep, &bad, NULL);
	S(nanosleep, &neg, NULL);
	S(clock_gettime, 99, m);
	S(clock_nanosleep, 99, 0, &bad, NULL);
	S(setitimer, 9, &it, NULL);
	S(setitimer, ITIMER_REAL, &it, NULL);
	S(getrlimit, 99, &r);
	S(setrlimit, RLIMIT_NOFILE, &r);
	S(getrusage, 9, m);
	S(getpriority, 9, 0);
	S(setpriority, PRIO_PROCESS, 0x7fffffff, 0);
	S(sched_setscheduler, 0, 99, m);
	S(sched_getaffinity, 0x7fffffff, 8, &r);
	S(setpgid, 0, -1);
	S(setpgid, 0x7fffffff, 0);
	S(setpgid, 1, 1);
	S(getpgid, 0x7fffffff);
	S(getsid, -5);
	S(prctl, 9999, 0, 0, 0, 0);
	S(arch_prctl, 0x9999, 0);
	S(poll, &pf, 1, 0);
	S(clone, CLONE_THREAD, 0, NULL, NULL, 0);
	S(clone, CLONE_SIGHAND, 0, NULL, NULL, 0);
	S(clone, CLONE_FS | CLONE_NEWNS, 0, NULL, NULL, 0);
	S(futex, &r, 99, 0, NULL, NULL, 0);
	S(futex, (char *)&r + 1, 0, 0, NULL, NULL, 0);
	S(fcntl, fd, 9999, 0);
	S(fcntl, fd, F_DUPFD, -1);
	S(fcntl, fd, F_DUPFD, 1 << 20);
	S(flock, fd, 99);
	S(setuid, -1);
	S(setresuid, -1, -1, -1);
	S(sethostname, "x", -1);
	S(personality, 0xffffffff);
	S(utimensat, AT_FDCWD, "missing", NULL, 0);
	S(utimensat, AT_FDCWD, "f", &bad, 0);
	S(set_robust_list, m, 1);
	S(getrandom, m, 8, 0xf0);
	S(chroot, "f");
	S(chdir, "f");
	S(execve, ".", NULL, NULL);
	S(execve, "f", NULL, NULL);
	S(execve, "", NULL, NULL);
	S(execve, "f/x", NULL, NULL);
}

int main(void)
{
	descriptors(-1);
	descriptors(999);
	descriptors(0x7fffffff);
	descriptors(-0x7fffffff);
	wrong_kind();
	flags();
	show("system call 463+400", syscall(863));
	show("system call 512", syscall(512));
	show("system call 1000", syscall(1000));
	show("system call 100000", syscall(100000));
	show("system call -1", syscall(-1));
	show("system call 2^31", syscall(0x80000000l));
	show("system call 2^32", syscall(0x100000000l + 9999));
	show("system call, x32 bit", syscall(0x40000000l + 9999));
	return 0;
}
