/*
 * bad_pointers.c - user pointers that are wrong in every way, for the calls
 * that BusyBox makes: null, unmapped, protected, kernel, non-canonical, across
 * the edge of a mapping, with lengths that overflow. Raw system calls, because
 * a C library may touch the memory itself.
 */
#include "show.h"
#include <poll.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/utsname.h>

static char *edge;      /* first byte that may not be touched */
static int file, pipes[2], dir;

static const struct { const char *name; void *p; } fixed[] = {
	{ "null", NULL },
	{ "one", (void *)1 },
	{ "kernel text", KERNEL_ADDRESS },
	{ "direct map", DIRECT_ADDRESS },
	{ "non-canonical", NON_CANONICAL },
	{ "last user page", BELOW_NON_CANONICAL },
	{ "minus one", (void *)-1l },
};

static void each(const char *call, long (*f)(void *p))
{
	char what[96];

	for (unsigned i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
		snprintf(what, sizeof what, "%s(%s)", call, fixed[i].name);
		show_ok(what, f(fixed[i].p));
	}
	snprintf(what, sizeof what, "%s(protected)", call);
	show_ok(what, f(edge));
	snprintf(what, sizeof what, "%s(across the edge)", call);
	show_ok(what, f(edge - 1));
}

#define CALL(name, ...) static long call_##name(void *p) \
	{ lseek(file, 0, SEEK_SET); return syscall(__VA_ARGS__); }
CALL(read, SYS_read, file, p, 64)
CALL(read_zero, SYS_read, open("/dev/zero", O_RDONLY), p, 64)
CALL(write, SYS_write, file, p, 64)
CALL(write_pipe, SYS_write, pipes[1], p, 64)
CALL(write_null, SYS_write, open("/dev/null", O_WRONLY), p, 64)
CALL(pread, SYS_pread64, file, p, 64, 0)
CALL(readv, SYS_readv, file, p, 2)
CALL(writev, SYS_writev, file, p, 2)
CALL(open, SYS_open, p, O_RDONLY)
CALL(stat, SYS_stat, p, p)
CALL(fstat, SYS_fstat, file, p)
CALL(lstat, SYS_lstat, "/", p)
CALL(newfstatat, SYS_newfstatat, AT_FDCWD, "/", p, 0)
CALL(access, SYS_access, p, 0)
CALL(getcwd, SYS_getcwd, p, 100)
CALL(chdir, SYS_chdir, p)
CALL(mkdir, SYS_mkdir, p, 0755)
CALL(unlink, SYS_unlink, p)
CALL(rename, SYS_rename, "/nothing-here", p)
CALL(symlink, SYS_symlink, p, "s")
CALL(readlink, SYS_readlink, "/proc/self/exe", p, 100)
CALL(execve, SYS_execve, p, NULL, NULL)
CALL(execve_argv, SYS_execve, "/bin/true-not-there", p, NULL)
CALL(getdents, SYS_getdents64, dir, p, 512)
CALL(pipe, SYS_pipe, p)
CALL(poll, SYS_poll, p, 3, 0)
CALL(select, SYS_select, 40, p, NULL, NULL, (long[2]){ 0, 0 })
CALL(nanosleep, SYS_nanosleep, p, NULL)
CALL(clock_gettime, SYS_clock_gettime, CLOCK_REALTIME, p)
CALL(gettimeofday, SYS_gettimeofday, p, NULL)
CALL(times, SYS_times, p)
CALL(uname, SYS_uname, p)
CALL(sysinfo, SYS_sysinfo, p)
CALL(getrlimit, SYS_getrlimit, RLIMIT_NOFILE, p)
CALL(setrlimit, SYS_setrlimit, RLIMIT_NOFILE, p)
CALL(getrusage, SYS_getrusage, RUSAGE_SELF, p)
CALL(rt_sigaction, SYS_rt_sigaction, SIGUSR1, p, NULL, 8)
CALL(rt_sigaction_old, SYS_rt_sigaction, SIGUSR1, NULL, p, 8)
CALL(rt_sigprocmask, SYS_rt_sigprocmask, SIG_BLOCK, p, NULL, 8)
CALL(rt_sigpending, SYS_rt_sigpending, p, 8)
CALL(sigaltstack, SYS_sigaltstack, p, NULL)
CALL(ioctl, SYS_ioctl, pipes[0], 0x541b /* FIONREAD */, p)
CALL(getgroups, SYS_getgroups, 65536, p)
CALL(setgroups, SYS_setgroups, 4, p)
CALL(utimensat, SYS_utimensat, AT_FDCWD, p, NULL, 0)
CALL(statfs, SYS_statfs, "/tmp", p)
CALL(set_tid, SYS_set_tid_address, p)
CALL(futex_wake, SYS_futex, p, 1, 1, NULL, NULL, 0)
CALL(futex_wait, SYS_futex, p, 0, 12345, NULL, NULL, 0)
CALL(sched_getaffinity, SYS_sched_getaffinity, 0, 8, p)
CALL(getrandom, SYS_getrandom, p, 16, 0)
CALL(mount, SYS_mount, "x", p, "tmpfs", 0, NULL)
CALL(wait4, SYS_wait4, -1, p, WNOHANG, NULL)

static void iovecs(void)
{
	char good[8] = "abcdefg";
	struct iovec v[3] = { { good, 4 }, { edge, 4 }, { good, 4 } };
	struct iovec huge[2] = { { good, 8 }, { good, SIZE_MAX } };

	show("writev(good, bad, good)", syscall(SYS_writev, pipes[1], v, 3));
	show("writev(length overflow)", syscall(SYS_writev, pipes[1], huge, 2));
	show("writev(-1 vectors)", syscall(SYS_writev, pipes[1], v, -1l));
	show("writev(1025 vectors)", syscall(SYS_writev, pipes[1], v, 1025l));
	show("writev(no vector)", syscall(SYS_writev, pipes[1], v, 0l));
	v[0].iov_base = edge - 4, v[0].iov_len = 8;
	lseek(file, 0, SEEK_SET);
	show("readv(half bad)", syscall(SYS_readv, file, v, 1));
}

static void lengths(void)
{
	static char buf[64];

	lseek(file, 0, SEEK_SET);
	show("read(length -1)", syscall(SYS_read, file, buf, -1l));
	show("read(length 2^63-1 into kernel)", syscall(SYS_read, file, KERNEL_ADDRESS, 0x7fffffffffffffffl));
	show("read(length 0, bad pointer)", syscall(SYS_read, file, KERNEL_ADDRESS, 0l));
	show("write(length 0, bad pointer)", syscall(SYS_write, file, NULL, 0l));
	show("pread(negative offset)", syscall(SYS_pread64, file, buf, 4l, -1l));
	show("getcwd(length 1)", syscall(SYS_getcwd, buf, 1l));
	show("readlink(length 0)", syscall(SYS_readlink, "/proc/self/exe", buf, 0l));
	show("readlink(length -1)", syscall(SYS_readlink, "/proc/self/exe", buf, -1l));
	show("poll(2^31 entries)", syscall(SYS_poll, buf, 0x80000000l, 0));
	show("getgroups(-1)", syscall(SYS_getgroups, -1l, buf));
	show("setgroups(2^20)", syscall(SYS_setgroups, 1l << 20, buf));
	show("getdents(length 1)", syscall(SYS_getdents64, dir, buf, 1l));
	show("rt_sigprocmask(size 4)", syscall(SYS_rt_sigprocmask, SIG_BLOCK, buf, NULL, 4l));
	show("select(-1 descriptors)", syscall(SYS_select, -1l, NULL, NULL, NULL, NULL));
	show("sched_getaffinity(length 1)", syscall(SYS_sched_getaffinity, 0, 1l, buf));
}

/* Strings: a path that runs over the edge, one that ends right at it, too long a one. */
static void strings(void)
{
	static char path[5000];
	char *args[3] = { "x", edge, NULL };

	memset(edge - 6, 'x', 6);
	show("open(unterminated at the edge)", syscall(SYS_open, edge - 6, O_RDONLY));
	memcpy(edge - 6, "/root", 6);
	show_ok("open(ends at the edge)", syscall(SYS_open, edge - 6, O_RDONLY | O_DIRECTORY));
	memset(path, 'a', 4095);
	show("open(4095 bytes)", syscall(SYS_open, path, O_RDONLY));
	path[4095] = 'a';
	show("open(4096 bytes)", syscall(SYS_open, path, O_RDONLY));
	show("execve(bad string in argv)", syscall(SYS_execve, "/bin/busybox", args, NULL));
	show("execve(bad environment)", syscall(SYS_execve, "/bin/busybox", NULL, KERNEL_ADDRESS));
	show("execve(argv at the edge)", syscall(SYS_execve, "/bin/busybox", edge - 8, NULL));
}

/* A read that faults in the middle: the bytes before it count, or it is EFAULT. */
static void partial(void)
{
	char *p = edge - 10;

	lseek(file, 0, SEEK_SET);
	memset(p, '.', 10);
	show("read(10 good bytes, then bad)", syscall(SYS_read, file, p, 64));
	say("bytes before the edge: %.10s\n", p);
	show("position afterwards", lseek(file, 0, SEEK_CUR));
	show("read(pipe, 10 good bytes, then bad)",
	     (write(pipes[1], "0123456789abcdefghij", 20), syscall(SYS_read, pipes[0], p, 20)));
	say("bytes before the edge: %.10s\n", p);
}

/* The kernel's memory stays what it was, and user code cannot reach it. */
static void touch_kernel(void) { *(volatile char *)KERNEL_ADDRESS; }
static void touch_direct(void) { *(volatile char *)DIRECT_ADDRESS; }
static void touch_non_canonical(void) { *(volatile char *)NON_CANONICAL; }
static void jump_to_kernel(void) { ((void (*)(void))KERNEL_ADDRESS)(); }
static void jump_to_null(void) { ((void (*volatile)(void))0)(); }
static void jump_to_data(void) { static char code[] = "\xc3"; ((void (*volatile)(void))(uintptr_t)code)(); }
static void privileged(void) { __asm__ volatile("hlt"); }
static void port_io(void) { __asm__ volatile("outb %%al, $0x80" : : "a"(0)); }
static void disable_interrupts(void) { __asm__ volatile("cli"); }
static void bad_stack(void) { __asm__ volatile("mov $1, %rsp; push %rax"); }
static void bad_stack_call(void) { __asm__ volatile("mov $0xffff800000001000, %rsp; mov $39, %eax; syscall; hlt"); }

int main(void)
{
	struct stat st;

	edge = page_edge();
	memset(edge - PAGE, 'e', PAGE);
	file = open("file", O_RDWR | O_CREAT, 0644);
	for (int i = 0; i < 100; i++)
		if (write(file, "contents of the file\n", 21) != 21)
			fatal("write");
	if (pipe2(pipes, O_NONBLOCK))
		fatal("pipe");
	dir = open("/", O_RDONLY | O_DIRECTORY);
#define EACH(name) each(#name, call_##name)
	EACH(read); EACH(read_zero); EACH(write); EACH(write_pipe); EACH(write_null);
	EACH(pread); EACH(readv); EACH(writev); EACH(open); EACH(stat); EACH(fstat);
	EACH(lstat); EACH(newfstatat); EACH(access); EACH(getcwd); EACH(chdir);
	EACH(mkdir); EACH(unlink); EACH(rename); EACH(symlink); EACH(readlink);
	EACH(execve); EACH(execve_argv); EACH(getdents); EACH(pipe); EACH(poll);
	EACH(select); EACH(nanosleep); EACH(clock_gettime); EACH(gettimeofday);
	EACH(times); EACH(uname); EACH(sysinfo); EACH(getrlimit); EACH(setrlimit);
	EACH(getrusage); EACH(rt_sigaction); EACH(rt_sigaction_old);
	EACH(rt_sigprocmask); EACH(rt_sigpending); EACH(sigaltstack); EACH(ioctl);
	EACH(getgroups); EACH(setgroups); EACH(utimensat); EACH(statfs);
	EACH(set_tid); EACH(futex_wake); EACH(futex_wait); EACH(sched_getaffinity);
	EACH(getrandom); EACH(mount); EACH(wait4);
	syscall(SYS_set_tid_address, NULL);
	iovecs();
	lengths();
	strings();
	partial();
	in_child("user reads kernel text", touch_kernel);
	in_child("user reads direct map", touch_direct);
	in_child("user reads non-canonical", touch_non_canonical);
	in_child("user jumps to kernel", jump_to_kernel);
	in_child("user jumps to null", jump_to_null);
	in_child("user jumps to data", jump_to_data);
	in_child("user executes hlt", privileged);
	in_child("user executes out", port_io);
	in_child("user executes cli", disable_interrupts);
	in_child("user pushes to page 0", bad_stack);
	in_child("system call on a kernel stack pointer", bad_stack_call);
	show("still here", fstat(file, &st));
	return 0;
}
