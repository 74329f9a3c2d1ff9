/*
 * world.h - what the cases of a sweep find: files, descriptors, memory, and the
 * words for values of arguments.
 *
 * Files: a tmpfs of its own as root, in a name space of mounts of its own, so
 * that nothing is left behind. Descriptors stand at fixed numbers from 100 on.
 */
#ifndef WORLD_H
#define WORLD_H

#include "sweep.h"
#include <dirent.h>
#include <mqueue.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>

#define NOBODY 65534

#define FD_LIST(X) \
	X(reg) X(ro) X(wo) X(app) X(dir) X(opath) X(opathdir) X(pr) X(pw) X(pe) X(sp) X(dg) X(ls) X(so) \
	X(ev) X(tm) X(ep) X(sg) X(in) X(mf) X(seal) X(null) X(zero) X(full) X(ptm) X(pts) X(pidfd) X(mq) \
	X(proc) X(ns) X(fifo) X(pb) X(sq) X(empty) X(wdir)
#define X(n) FD_##n,
enum { FD_BASE = 99, FD_LIST(X) FD_END };
#undef X

static void keep(int fd, int at)
{
	if (fd < 0)
		fatal("world: descriptor %d", at);
	if (fd != at) {
		if (dup3(fd, at, 0) != at)
			fatal("dup3");
		close(fd);
	}
}

static void make_file(const char *path, mode_t mode, uid_t owner, unsigned len)
{
	char b[64];
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0)
		fatal("world: %s", path);
	for (unsigned i = 0; i < len; i += 64) {
		for (unsigned k = 0; k < 64; k++)
			b[k] = 'A' + (i / 64 + k) % 26;
		(void)!write(fd, b, len - i < 64 ? len - i : 64);
	}
	(void)!fchown(fd, owner, owner);
	fchmod(fd, mode);
	close(fd);
}

static void make_dir(const char *path, mode_t mode, uid_t owner)
{
	if (mkdir(path, 0700))
		fatal("world: mkdir %s", path);
	(void)!chown(path, owner, owner);
	chmod(path, mode);
}

/* Once, before the first child: file systems of our own. */
static void world_prepare(void)
{
	int fd = inotify_init();

	/* All descriptors without a file of their own share one inode, and a program that ran before may have changed it. */
	if (fd < 0 || fchmod(fd, 0600) || fchown(fd, 0, 0))
		fatal("anonymous inode");
	close(fd);
	if (unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC))
		fatal("unshare");
	mkdir("/mnt", 0755);
	mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (mount("sweep", "/mnt", "tmpfs", 0, "size=64m,mode=755"))
		fatal("mount tmpfs");
	if (chdir("/mnt"))
		fatal("chdir");
	mkdir("proc", 0755);
	mkdir("dev", 0755);
	if (mount("/proc", "proc", NULL, MS_BIND | MS_REC, NULL))
		fatal("bind");
	mkdir("dev/pts", 0755);
	if (mount("/dev/pts", "dev/pts", NULL, MS_BIND, NULL))
		fatal("bind");
	if (mount(".", "/", NULL, MS_MOVE, NULL) || chroot("."))
		fatal("move");
	mkdir("/m", 0755);
	mkdir("/m/rw", 0755);
	mkdir("/m/ro", 0755);
	if (mount("inner", "/m/rw", "tmpfs", 0, "mode=777") || mount("inner", "/m/ro", "tmpfs", 0, "mode=777"))
		fatal("inner");
	make_file("/m/ro/f", 0666, 0, 5);
	make_dir("/m/ro/d", 0777, 0);
	if (mount("inner", "/m/ro", NULL, MS_REMOUNT | MS_RDONLY, NULL))
		fatal("remount");
}

static void remove_all(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char path[1024];

	while (d && (e = readdir(d))) {
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (unlink(path) && errno == EISDIR && rmdir(path) && errno == ENOTEMPTY) {
			remove_all(path);
			rmdir(path);
		}
	}
	if (d)
		closedir(d);
}

static void world_files(unsigned flags)
{
	if (flags & N && unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC))
		fatal("unshare");
	umask(0);
	(void)!chdir("/");
	chmod("/", 0755);
	umount2("/w/mnt", MNT_DETACH);
	umount2("/w/romnt", MNT_DETACH);
	remove_all("/w");
	rmdir("/w");
	remove_all("/m/rw");
	static const struct { const char *name; dev_t dev; } dev[] = {
		{ "/dev/null", 0x103 }, { "/dev/zero", 0x105 }, { "/dev/full", 0x107 }, { "/dev/ptmx", 0x502 },
	};
	for (unsigned i = 0; i < 4; i++)
		unlink(dev[i].name), mknod(dev[i].name, S_IFCHR | 0666, dev[i].dev);
	chmod("/m/rw", 0777);
	make_file("/m/rw/f", 0666, 0, 5);
	umask(022);
	make_dir("/w", 0777, 0);
	if (chdir("/w"))
		fatal("chdir");
	make_file("file", 0644, 0, 8292);
	make_file("mine", 0644, NOBODY, 100);
	make_file("shut", 0600, 0, 10);
	make_file("run", 0755, 0, 10);
	make_file("suid", 06755, NOBODY, 10);
	make_file("empty", 0666, 0, 0);
	make_dir("dir", 0755, 0);
	make_file("dir/f", 0644, 0, 5);
	make_dir("dir/sub", 0755, 0);
	make_dir("void", 0777, 0);
	make_dir("full", 0777, 0);
	make_file("full/f", 0644, 0, 5);
	make_dir("secret", 0700, 0);
	make_file("secret/f", 0644, 0, 5);
	make_dir("sticky", 01777, 0);
	make_file("sticky/f", 0666, 0, 5);
	make_dir("own", 0755, NOBODY);
	make_file("own/f", 0644, NOBODY, 5);
	make_file("own/rootf", 0600, 0, 5);
	make_dir("mnt", 0755, 0);
	make_dir("romnt", 0755, 0);
	if (mount("/m/rw", "mnt", NULL, MS_BIND, NULL) || mount("/m/ro", "romnt", NULL, MS_BIND, NULL))
		fatal("bind");
	if (symlink("file", "link") || symlink("dir", "dlink") || symlink("nowhere", "dangle") ||
	    symlink("loop", "loop") || mkfifo("fifo", 0666) || mknod("chr", S_IFCHR | 0666, 0x103) ||
	    mknod("nodev", S_IFCHR | 0666, 0x7777))
		fatal("world: special files");
	chmod("fifo", 0666);
}

static void world_fds(void)
{
	int p[2];
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "sock" };
	sigset_t usr;

	keep(open("file", O_RDWR), FD_reg);
	keep(open("file", O_RDONLY), FD_ro);
	keep(open("file", O_WRONLY), FD_wo);
	keep(open("file", O_RDWR | O_APPEND), FD_app);
	keep(open("dir", O_RDONLY | O_DIRECTORY), FD_dir);
	keep(open("file", O_PATH), FD_opath);
	keep(open("dir", O_PATH), FD_opathdir);
	if (pipe2(p, O_NONBLOCK))
		fatal("pipe");
	(void)!write(p[1], "0123456789", 10);
	keep(p[0], FD_pr), keep(p[1], FD_pw);
	if (pipe2(p, O_NONBLOCK))
		fatal("pipe");
	keep(p[0], FD_pe), close(p[1]);
	if (pipe2(p, 0))
		fatal("pipe");
	keep(p[0], FD_pb), keep(p[1], 98);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, p))
		fatal("socketpair");
	keep(p[0], FD_sp), keep(p[1], 97);
	(void)!write(97, "stream", 6);
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, p))
		fatal("socketpair");
	keep(p[0], FD_dg), keep(p[1], 96);
	(void)!write(96, "datagram", 8);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, p))
		fatal("socketpair");
	keep(p[0], FD_sq), keep(p[1], 95);
	(void)!write(95, "packet", 6);
	keep(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), FD_ls);
	if (bind(FD_ls, (void *)&un, sizeof un) || listen(FD_ls, 2))
		fatal("listen");
	chmod("sock", 0777);
	keep(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), FD_so);
	keep(eventfd(5, EFD_NONBLOCK), FD_ev);
	keep(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), FD_tm);
	keep(epoll_create1(0), FD_ep);
	epoll_ctl(FD_ep, EPOLL_CTL_ADD, FD_pr, &(struct epoll_event){ EPOLLIN, { .u64 = 7 } });
	sigemptyset(&usr), sigaddset(&usr, SIGUSR2);
	keep(signalfd(-1, &usr, SFD_NONBLOCK), FD_sg);
	keep(inotify_init1(IN_NONBLOCK), FD_in);
	keep(memfd_create("mf", MFD_ALLOW_SEALING), FD_mf);
	(void)!ftruncate(FD_mf, 8192);
	keep(memfd_create("seal", MFD_ALLOW_SEALING), FD_seal);
	(void)!ftruncate(FD_seal, 8192);
	fcntl(FD_seal, 1033, 2 | 4 | 8);
	keep(open("/dev/null", O_RDWR), FD_null);
	keep(open("/dev/zero", O_RDWR), FD_zero);
	keep(open("/dev/full", O_RDWR), FD_full);
	keep(open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK), FD_ptm);
	{
		int n = 0;
		char name[32];
		if (syscall(SYS_ioctl, FD_ptm, 0x40045431, &n) || syscall(SYS_ioctl, FD_ptm, 0x80045430, &n))
			fatal("pty");
		snprintf(name, sizeof name, "/dev/pts/%d", n);
		keep(open(name, O_RDWR | O_NOCTTY | O_NONBLOCK), FD_pts);
	}
	keep(syscall(SYS_pidfd_open, getpid(), 0), FD_pidfd);
	mq_unlink("/sweep");
	struct mq_attr ma = { .mq_maxmsg = 4, .mq_msgsize = 64 };
	keep(mq_open("/sweep", O_RDWR | O_CREAT | O_NONBLOCK, 0600, &ma), FD_mq);
	keep(open("/proc/self/status", O_RDONLY), FD_proc);
	keep(open("/proc/self/ns/uts", O_RDONLY), FD_ns);
	keep(open("fifo", O_RDWR | O_NONBLOCK), FD_fifo);
	keep(open("empty", O_RDWR), FD_empty);
	keep(open(".", O_RDONLY | O_DIRECTORY), FD_wdir);
}

static void world_memory(unsigned flags)
{
	struct { uint64_t at, len; int prot; } map[] = {
		{ ARENA, ARENA_PAGES * 4096, 3 }, { EDGE, 4096, 3 }, { STR_EDGE, 4096, 3 },
		{ RDONLY, 4096, 3 }, { NAMES, sizeof names, 3 },
	};

	for (unsigned i = 0; i < sizeof map / sizeof map[0]; i++)
		if (mmap((void *)map[i].at, map[i].len, map[i].prot,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
			fatal("world: memory");
	memcpy((void *)ARENA, master, master_used);
	if (flags & M && mmap((void *)MAPPED, 8 * 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		fatal("world: memory");
	memcpy((void *)NAMES, names, names_used);
	memset((void *)EDGE, 'e', 4096);
	memset((void *)STR_EDGE, 'f', 4096);
	memset((void *)RDONLY, 0, 4096);
	mprotect((void *)RDONLY, 4096, PROT_READ);
}

static void world_make(bool is_nobody, unsigned flags)
{
	world_memory(flags);
	if (!(flags & T)) {
		world_files(flags);
		world_fds();
	}
	if (is_nobody) {
		if (syscall(SYS_setgroups, 0, NULL) || syscall(SYS_setresgid, NOBODY, NOBODY, NOBODY) ||
		    syscall(SYS_setresuid, NOBODY, NOBODY, NOBODY))
			fatal("nobody");
		prctl(PR_SET_DUMPABLE, 1);
	}
	for (int s = 1; s < 65; s++)
		if (s != SIGKILL && s != SIGSTOP && s != SIGCHLD && s != SIGSEGV && s != SIGBUS && s != SIGALRM &&
		    (s < 32 || s > 34))
			sigaction(s, &(struct sigaction){ .sa_handler = on_signal }, NULL);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Words that name values; the first value of each is a good one. */
static void values_make(void)
{
	/* descriptors */
#define X(n) add("fd", #n, FD_##n);
	FD_LIST(X)
#undef X
	add("fd", "closed", 999);
	add("fd", "-1", -1ul);
	add("fd", "-1u32", 0xffffffff);
	add("fd", "cwd", -100ul);
	add("fd", "max", 0x7fffffff);
	add("fd", "reg|1<<32", FD_reg | 1ull << 32);
	static const struct { const char *n; int v; } few[] = {
		{ "reg", FD_reg }, { "ro", FD_ro }, { "wo", FD_wo }, { "dir", FD_dir }, { "opath", FD_opath },
		{ "pr", FD_pr }, { "pw", FD_pw }, { "sp", FD_sp }, { "ev", FD_ev }, { "mf", FD_mf }, { "seal", FD_seal },
		{ "null", FD_null }, { "closed", 999 }, { "-1", -1 },
	};
	for (unsigned i = 0; i < sizeof few / sizeof few[0]; i++)
		add("fewfd", few[i].n, (long)few[i].v);
	add("sock", "sp", FD_sp);
	add("sock", "dg", FD_dg);
	add("sock", "sq", FD_sq);
	add("sock", "so", FD_so);
	add("sock", "ls", FD_ls);
	add("sock", "reg", FD_reg);
	add("sock", "opath", FD_opath);
	add("sock", "closed", 999);
	add("sock", "-1", -1ul);
	add("sock", "sp|1<<32", FD_sp | 1ull << 32);
	add("dfd", "cwd", -100ul);
	add("dfd", "dir", FD_dir);
	add("dfd", "wdir", FD_wdir);
	add("dfd", "cwd32", 0xffffff9c);
	add("dfd", "-1", -1ul);
	add("dfd", "closed", 999);
	add("dfd", "reg", FD_reg);
	add("dfd", "opath", FD_opath);
	add("dfd", "opathdir", FD_opathdir);
	add("dfd", "pr", FD_pr);
	add("dfd", "dir|1<<32", FD_dir | 1ull << 32);
	/* memory to write to or read from */
	add("buf", "buf", ARENA);
	add("buf", "buf+1", ARENA + 1);
	add_worse_pointers("buf");
	add("pbuf", "buf", ARENA);
	add_bad_pointers("pbuf");
	add("len", "16", 16);
	add("len", "0", 0);
	add("len", "1", 1);
	add("len", "8", 8);
	add("len", "100", 100);
	add("len", "4096", 4096);
	add("len", "2^31", 1ull << 31);
	add("len", "2^32", 1ull << 32);
	add("len", "2^32+8", (1ull << 32) + 8);
	add("len", "2^63-1", ~0ull >> 1);
	add("len", "2^63", 1ull << 63);
	add("len", "-1", -1ul);
	add("small", "16", 16);
	add("small", "0", 0);
	add("small", "1", 1);
	add("small", "8", 8);
	add("small", "100", 100);
	add("small", "-1", -1ul);
	add("off", "0", 0);
	add("off", "1", 1);
	add("off", "4096", 4096);
	add("off", "9000", 9000);
	add("off", "2^31", 1ull << 31);
	add("off", "2^32", 1ull << 32);
	add("off", "2^63-1", ~0ull >> 1);
	add("off", "2^63-4096", (1ull << 63) - 4096);
	add("off", "2^63", 1ull << 63);
	add("off", "-1", -1ul);
	for (int i = 0; i < 33; i++) {
		char n[24];
		snprintf(n, sizeof n, "%#llx", 1ull << i);
		if (!i)
			add("bits", "0", 0);
		add("bits", n, 1ull << i);
	}
	add("bits", "-1", -1ul);
	add("int", "0", 0);
	for (unsigned i = 1; i < 12; i++) {
		char n[24];
		snprintf(n, sizeof n, "%u", i);
		add("int", n, i);
	}
	add("int", "-1", -1ul);
	add("int", "-2", -2ul);
	add("int", "4096", 4096);
	add("int", "2^31-1", 0x7fffffff);
	add("int", "2^31", 0x80000000);
	add("int", "-1u32", 0xffffffff);
	add("int", "1|1<<32", 1ull | 1ull << 32);
	for (unsigned i = 0; i <= 64; i++) {
		char n[24];
		snprintf(n, sizeof n, "%u", i);
		add("nums", n, i);
	}
	add("nums", "65", 65);
	add("nums", "128", 128);
	add("nums", "-1", -1ul);
	add("nums", "1|1<<32", 1 | 1ull << 32);
	/* names */
	static const char *paths[] = { "file", "dir", "missing", "", ".", "..", "/", "file/", "dir/", "missing/", "file/x",
		"missing/x", "dir/f", "link", "dlink", "dlink/", "link/", "dangle", "dangle/", "loop", "loop/x", "fifo", "sock", "chr",
		"nodev", "shut", "mine", "suid", "secret", "secret/f", "sticky/f", "own/f", "own/rootf", "own/new", "dir/new",
		"void", "full", "mnt", "mnt/f", "romnt/f", "romnt/d", "romnt/new", "dir/.", "dir/..", "//file", "void/.", "void/", "empty",
		"/proc/self/fd/100", "/proc/self/exe", "/proc/self/missing", "/proc/self/cwd/file", "/dev/null" };
	for (unsigned i = 0; i < sizeof paths / sizeof paths[0]; i++)
		put_name("path", paths[i], paths[i]);
	char *big = malloc(5000);
	memset(big, 'n', 5000);
	big[255] = 0;
	put_name("path", "name255", big);
	big[255] = 'n', big[256] = 0;
	put_name("path", "name256", big);
	add("path", "no-end", STR_EDGE + 4000);
	add("path", "no-end4096", STR_EDGE);
	add("path", "fits-not", STR_EDGE + 1);
	add_worse_pointers("path");
	static const char *few_paths[] = { "file", "dir", "missing", "", "dir/", "file/x", "link", "loop", "dangle", "secret/f",
		"void", "full", "own/f", "own/new", "mnt/f", "romnt/f", "romnt/new", "mnt", ".", "dir/sub/..", "/" };
	for (unsigned i = 0; i < sizeof few_paths / sizeof few_paths[0]; i++)
		put_name("fewpath", few_paths[i], few_paths[i]);
	add("fewpath", "NULL", 0);
	add("fewpath", "edge", STR_EDGE + 4000);
	/* pids */
	add("pid", "self", SELF);
	add("pid", "0", 0);
	add("pid", "none", 4000000);
	add("pid", "nnone", -4000000ul);
	add("pid", "-1u32", 0xffffffff);
	add("pid", "min", -2147483648ul);
	add("pid", "0|1<<32", 1ull << 32);
	add("pid", "2^31-1", 0x7fffffff);
	/* times */
	PUT("ts", "0", 0, 0);
	PUT("ts", "1ns", 0, 1);
	PUT("ts", "-1s", -1, 0);
	PUT("ts", "-1ns", 0, -1);
	PUT("ts", "1e9", 0, 1000000000);
	
	PUT("ts", "max", ~0ull >> 1, 0);
	PUT("ts", "min", 1ull << 63, 0);
	PUT("ts", "hi", 0, 1ull << 32);
	add_bad_pointers("ts");
	/* sets of signals */
	PUT("set", "usr1", 1ull << (SIGUSR1 - 1));
	PUT("set", "none", 0);
	PUT("set", "all", -1);
	PUT("set", "kill", 1ull << 8 | 1 << 18);
	add_bad_pointers("set");
	add("setsize", "8", 8);
	add("setsize", "0", 0);
	add("setsize", "4", 4);
	add("setsize", "16", 16);
	add("setsize", "-1", -1ul);
	add("setsize", "8|1<<32", 8 | 1ull << 32);
	/* vectors */
	uint64_t b = ARENA;
	PUT("iov", "8", b, 8);
	PUT("iov", "8,4", b, 8, b + 16, 4);
	PUT("iov", "0,0", b, 0, 0, 0);
	PUT("iov", "8,bad", b, 8, WRONLY_FREE, 8);
	PUT("iov", "bad,8", WRONLY_FREE, 8, b, 8);
	PUT("iov", "kernel", 0xffff888000001000, 8, 0xffff888000001000, 8);
	PUT("iov", "kernel0", b, 8, 0xffff888000001000, 0);
	PUT("iov", "edge", EDGE + 4092, 8, b, 8);
	PUT("iov", "neg", b, -1, b, 8);
	PUT("iov", "8,neg", b, 8, b, 1ull << 63);
	PUT("iov", "over", b, ~0ull >> 1, b, ~0ull >> 1);
	PUT("iov", "4G+8", b, 1ull << 32 | 8);
	add_bad_pointers("iov");
	add("iovcnt", "1", 1);
	add("iovcnt", "2", 2);
	add("iovcnt", "0", 0);
	add("iovcnt", "1024", 1024);
	add("iovcnt", "1025", 1025);
	add("iovcnt", "-1", -1ul);
	add("iovcnt", "1|1<<32", 1 | 1ull << 32);
}

#endif
