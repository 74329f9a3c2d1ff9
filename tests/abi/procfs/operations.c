/*
 * operations.c - what each file of /proc and /sys lets one do with its descriptor: seek, poll, map, splice, truncate, lock, list.
 */
#include "text.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <sys/vfs.h>

static char line[1000];
static int pipes[2], epfd, out;

static void put(const char *what, long r)
{
	size_t n = strlen(line);

	if (r < 0)
		snprintf(line + n, sizeof line - n, " %s=%s", what, errno_name(errno));
	else
		snprintf(line + n, sizeof line - n, " %s=%ld", what, r);
}

static long some(long r) { return r > 0 ? 1 : r; }

static void look(const char *path)
{
	struct epoll_event ev = { .events = EPOLLIN };
	struct pollfd p = { .events = POLLIN | POLLOUT | POLLPRI };
	struct stat st;
	struct statfs fs;
	char buf[64], drain[4096];
	int fd = open(path, O_RDONLY), n = 0;
	void *m;

	line[0] = 0;
	put("open", fd < 0 ? -1 : 0);
	if (fd < 0) {
		say("%s:%s\n", path, line);
		return;
	}
	put("end", lseek(fd, 0, SEEK_END));
	put("neg", lseek(fd, -1, SEEK_SET));
	put("data", lseek(fd, 0, SEEK_DATA));
	put("hole", lseek(fd, 0, SEEK_HOLE));
	put("far", lseek(fd, 1l << 40, SEEK_SET) == 1l << 40 ? 0 : -1);
	put("max", lseek(fd, 0x7fffffffffffffff, SEEK_SET) == 0x7fffffffffffffff ? 0 : -1);
	put("set", lseek(fd, 0, SEEK_SET));
	put("read0", read(fd, NULL, 0));
	put("fault", read(fd, KERNEL_ADDRESS, 8));
	put("set", lseek(fd, 0, SEEK_SET));
	put("read1", read(fd, buf, 1));
	put("again", some(read(fd, buf, 1)));
	put("at1", some(pread(fd, buf, 10, 1)));
	put("atfar", some(pread(fd, buf, 10, 1l << 40)));
	put("readv", some(preadv(fd, &(struct iovec){ buf, 10 }, 1, 0)));
	put("nowait", some(syscall(327, fd, &(struct iovec){ buf, 10 }, 1, 0l, 0l, 8)));
	p.fd = fd;
	poll(&p, 1, 0);
	put("poll", p.revents);
	put("epoll", epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &ev));
	m = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	put("mmap", m == MAP_FAILED ? -1 : 0);
	put("fionread", ioctl(fd, FIONREAD, &n));
	put("tcgets", ioctl(fd, 0x5401, buf));
	put("splice", some(splice(fd, &(off_t){ 0 }, pipes[1], NULL, 20, SPLICE_F_NONBLOCK)));
	put("sendfile", some(sendfile(out, fd, &(off_t){ 0 }, 20)));
	put("sendpipe", some(sendfile(pipes[1], fd, &(off_t){ 0 }, 20)));
	(void)!read(pipes[0], drain, sizeof drain);
	put("copy", some(syscall(SYS_copy_file_range, fd, &(off_t){ 0 }, out, NULL, 20, 0)));
	put("trunc", ftruncate(fd, 0));
	put("alloc", fallocate(fd, 0, 0, 1));
	put("sync", fsync(fd));
	put("advise", (errno = posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED)) ? -1 : 0);
	put("ahead", readahead(fd, 0, 4096));
	put("flock", flock(fd, LOCK_EX | LOCK_NB));
	put("lease", fcntl(fd, F_SETLEASE, F_RDLCK));
	put("dents", syscall(SYS_getdents64, fd, drain, sizeof drain));
	put("async", fcntl(fd, F_SETFL, O_ASYNC));
	put("direct", fcntl(fd, F_SETFL, O_DIRECT));
	fstat(fd, &st);
	put("size", strcmp(path, "/proc/cmdline") ? st.st_size : slurp(path) == st.st_size);
	put("blocks", st.st_blocks);
	put("blksize", st.st_blksize);
	put("links", st.st_nlink);
	fstatfs(fd, &fs);
	put("type", fs.f_type);
	close(fd);
	say("%s:%s\n", path, line);
	line[0] = 0;
	put("trunc", truncate(path, 0));
	fd = open(path, O_RDONLY | O_DIRECT);
	put("odirect", fd < 0 ? -1 : 0);
	close(fd);
	fd = open(path, O_RDONLY | O_CREAT, 0600);
	put("ocreat", fd < 0 ? -1 : 0);
	close(fd);
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL, 0600);
	put("oexcl", fd < 0 ? -1 : 0);
	close(fd);
	fd = open(path, O_RDONLY | O_DIRECTORY);
	put("odir", fd < 0 ? -1 : 0);
	close(fd);
	fd = open(path, O_PATH);
	put("opath", fd < 0 ? -1 : 0);
	close(fd);
	put("exec", access(path, X_OK));
	put("unlink", unlink(path));
	put("rename", rename(path, "/proc/x"));
	put("link", link(path, "/proc/x"));
	put("linktmp", link(path, "/tmp/x"));
	fd = open(path, O_WRONLY);
	if (fd < 0) {
		put("wopen", -1);
	} else {
		put("wopen", 0);
		put("wpoll", (p.fd = fd, poll(&p, 1, 0), p.revents));
		put("wread", read(fd, buf, 1));
		put("write0", write(fd, "", 0));
		put("wfault", write(fd, KERNEL_ADDRESS, 8));
		put("pwritefar", pwrite(fd, "x", 0, 1l << 40));
		(void)!write(pipes[1], "", 1);
		put("into", splice(pipes[0], NULL, fd, NULL, 1, SPLICE_F_NONBLOCK) < 0 && errno == EINVAL ? -1 : 0);
		(void)!read(pipes[0], drain, sizeof drain);
	}
	close(fd);
	say("  %s\n", line);
}

/* What a NUL would cut short. */
static void look_and_restore(const char *path)
{
	static char was[256];
	bool is_string = strstr(path, "name") || strstr(path, "pattern");
	int fd;

	if (is_string && slurp(path) >= 0)
		strncpy(was, proc_text, sizeof was - 1);
	look(path);
	if (!is_string)
		return;
	fd = open(path, O_WRONLY);
	(void)!write(fd, was, strlen(was));
	close(fd);
}

int main(void)
{
	static const char *const files[] = {
		"self/auxv", "self/cgroup", "self/cmdline", "self/comm", "self/coredump_filter", "self/cpuset", "self/environ", "self/fdinfo/0",
		"self/gid_map", "self/io", "self/limits", "self/loginuid", "self/maps", "self/mem", "self/mountinfo", "self/mounts",
		"self/mountstats", "self/numa_maps", "self/oom_adj", "self/oom_score", "self/oom_score_adj", "self/pagemap", "self/personality",
		"self/projid_map", "self/schedstat", "self/sessionid", "self/setgroups", "self/smaps", "self/smaps_rollup", "self/stack",
		"self/stat", "self/statm", "self/status", "self/syscall", "self/timers", "self/timerslack_ns", "self/uid_map", "self/wchan",
		"thread-self/children", "cmdline", "consoles", "cpuinfo", "devices", "filesystems", "interrupts", "loadavg", "locks", "meminfo",
		"partitions", "softirqs", "stat", "swaps", "uptime", "version", "vmstat", "sysvipc/shm", "sys/fs/file-nr", "sys/fs/nr_open",
		"sys/fs/file-max", "sys/kernel/hostname", "sys/kernel/ostype", "sys/kernel/core_pattern", "sys/kernel/random/uuid",
		"sys/kernel/ngroups_max", "sys/kernel/cap_last_cap", "sys/kernel/sem", "sys/kernel/printk", "sys/vm/overcommit_ratio", NULL };
	static const char *const sys[] = { "devices/system/cpu/online", "devices/system/cpu/cpu0/topology/core_id", "kernel/mm/transparent_hugepage/enabled", NULL };
	char path[128];

	if (pipe2(pipes, O_NONBLOCK))
		fatal("pipe");
	epfd = epoll_create1(0);
	out = open("/tmp/out", O_RDWR | O_CREAT, 0600);
	for (int i = 0; files[i]; i++) {
		snprintf(path, sizeof path, "/proc/%s", files[i]);
		look_and_restore(path);
	}
	for (int i = 0; sys[i]; i++) {
		snprintf(path, sizeof path, "/sys/%s", sys[i]);
		look(path);
	}
	return 0;
}
