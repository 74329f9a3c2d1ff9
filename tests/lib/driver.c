/*
 * driver.c - runs the test cases inside the guest, one after the other.
 *
 * Reads /tests/list, lines of "NAME LIMIT PATH", and runs each case in a fresh
 * empty directory of its own below /tmp, in its own session, with a fixed
 * environment, umask 022, /dev/null as standard input and LIMIT seconds of
 * time. A PATH that ends in .sh is run by /bin/busybox sh, any other is a
 * program. What the case leaves behind, processes, files and mounts, is
 * removed before the next case starts.
 *
 * Results go to standard output as frames, so that the host can tell what
 * happened even if the guest dies in the middle:
 *
 *   \1HELLO sysname release version            once
 *   \1CASE name                                before a case starts
 *   \1DONE name how value ms nout nerr nnotes  after it; followed by the three
 *       byte strings, of the lengths given, and a newline
 *   \1END                                      after the last case
 *
 * how is "exit" (value: status), "signal" (value: number), "timeout" or
 * "flood" (more than FLOOD bytes of output). Notes are what the case wrote to
 * the file /tests/notes: figures to be shown, which are never compared.
 *
 * Uses only calls that a kernel must have for BusyBox anyway.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FLOOD (1u << 20)
#define NOTES "/tests/notes"
#define DRAIN_MS 2000

struct stream {
	int fd;            /* read end of the pipe, -1 after end of file */
	char *bytes;
	size_t len, room;
};

struct result {
	const char *how;
	int value;
	int64_t ms;
};

static char *case_env[] = {
	"HOME=/root", "LOGNAME=root", "PATH=/bin:/sbin:/usr/bin:/usr/sbin",
	"SHELL=/bin/sh", "TERM=linux", "TZ=UTC0", "USER=root", NULL,
};

static int chld_pipe[2];       /* SIGCHLD turned into something to poll */
static int known_pids[4096];   /* processes that were there before us   */
static int nr_known;

static void die(const char *what)
{
	fprintf(stderr, "driver: %s: %s\n", what, strerror(errno));
	_exit(99);
}

static int64_t now_ms(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t))
		die("clock_gettime");
	return t.tv_sec * 1000ll + t.tv_nsec / 1000000;
}

static void put_bytes(const char *p, size_t n)
{
	while (n) {
		ssize_t w = write(1, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			_exit(98);
		p += w;
		n -= w;
	}
}

static void put_line(const char *fmt, ...)
{
	char line[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	put_bytes(line, n);
}

static void on_chld(int sig)
{
	int saved = errno;

	(void)sig;
	(void)!write(chld_pipe[1], "c", 1);
	errno = saved;
}

/* Take what is there. Returns false once the limit of output is passed. */
static bool stream_read(struct stream *s)
{
	ssize_t n;

	if (s->room - s->len < 65536) {
		s->room = s->room * 2 + 131072;
		s->bytes = realloc(s->bytes, s->room);
		if (!s->bytes)
			die("realloc");
	}
	n = read(s->fd, s->bytes + s->len, s->room - s->len);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n <= 0) {
		close(s->fd);
		s->fd = -1;
		return true;
	}
	s->len += n;
	return s->len <= FLOOD;
}

static bool stream_slurp(struct stream *s, const char *path)
{
	s->fd = open(path, O_RDONLY);
	if (s->fd < 0)
		return false;
	while (s->fd >= 0)
		if (!stream_read(s))
			break;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	return true;
}

static bool pid_is_known(int pid)
{
	for (int i = 0; i < nr_known; i++)
		if (known_pids[i] == pid)
			return true;
	return pid == getpid() || pid == 1;
}

/* Is it a thread of the kernel's? Their parent is process 2 or none. */
static bool pid_is_kernel(int pid)
{
	char path[64], line[512], *p;
	int fd, n, ppid;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return true;
	n = read(fd, line, sizeof line - 1);
	close(fd);
	if (n <= 0)
		return true;
	line[n] = 0;
	p = strrchr(line, ')');
	if (!p || sscanf(p + 1, " %*c %d", &ppid) != 1)
		return true;
	return ppid == 2 || ppid == 0;
}

/* Call what for each process that is neither ours, init nor known. */
static int pids_each(void (*what)(int pid))
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	int nr = 0;

	if (!d)
		return 0;
	while ((e = readdir(d))) {
		int pid = atoi(e->d_name);

		if (pid <= 0 || pid_is_known(pid) || pid_is_kernel(pid))
			continue;
		nr++;
		what(pid);
	}
	closedir(d);
	return nr;
}

static void pid_know(int pid)
{
	if (nr_known < (int)(sizeof known_pids / sizeof known_pids[0]))
		known_pids[nr_known++] = pid;
}

static void pid_kill(int pid)
{
	kill(pid, SIGKILL);
}

static void kill_leftovers(pid_t group)
{
	kill(-group, SIGKILL);
	for (int round = 0; round < 100 && pids_each(pid_kill); round++) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		usleep(1000 * (round + 1));
	}
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

static int remove_one(const char *path, const struct stat *st, int flag,
		      struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	remove(path);
	return 0;
}

/* Undo the mounts below dir, last one first, then remove it. */
static void remove_dir(const char *dir)
{
	char points[32][256], line[1024];
	int nr = 0;
	FILE *f = fopen("/proc/mounts", "r");

	while (f && nr < 32 && fgets(line, sizeof line, f))
		if (sscanf(line, "%*s %255s", points[nr]) == 1 &&
		    !strncmp(points[nr], dir, strlen(dir)))
			nr++;
	if (f)
		fclose(f);
	while (nr-- > 0)
		umount2(points[nr], MNT_DETACH);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void case_exec(const char *path, const char *dir, int out, int err)
{
	int null = open("/dev/null", O_RDONLY);
	size_t n = strlen(path);

	setsid();
	if (chdir(dir))
		die(dir);
	umask(022);
	dup2(null, 0);
	dup2(out, 1);
	dup2(err, 2);
	for (int fd = 3; fd < 64; fd++)
		close(fd);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	if (n > 3 && !strcmp(path + n - 3, ".sh"))
		execve("/bin/busybox", (char *[]){ "sh", (char *)path, NULL }, case_env);
	if (n > 3 && !strcmp(path + n - 3, ".sh"))      /* a root without BusyBox */
		execve("/bin/bash", (char *[]){ "bash", (char *)path, NULL }, case_env);
	else
		execve(path, (char *[]){ (char *)path, NULL }, case_env);
	die(path);
}

/* Collect output until the case has ended or its time is up. */
static struct result case_watch(pid_t pid, int limit, struct stream *out,
				struct stream *err)
{
	struct result r = { "timeout", 0, 0 };
	int64_t start = now_ms(), deadline = start + limit * 1000ll;

	for (;;) {
		struct pollfd p[3] = {
			{ .fd = chld_pipe[0], .events = POLLIN },
			{ .fd = out->fd, .events = POLLIN },
			{ .fd = err->fd, .events = POLLIN },
		};
		int64_t left = deadline - now_ms();
		char scrap[64];
		int status;

		if (left <= 0)
			break;
		poll(p, 3, left);
		if ((p[1].revents && !stream_read(out)) ||
		    (p[2].revents && !stream_read(err))) {
			r.how = "flood";
			break;
		}
		if (!(p[0].revents & POLLIN))
			continue;
		(void)!read(chld_pipe[0], scrap, sizeof scrap);
		if (waitpid(pid, &status, WNOHANG) != pid)
			continue;
		r.how = WIFSIGNALED(status) ? "signal" : "exit";
		r.value = WIFSIGNALED(status) ? WTERMSIG(status)
					      : WEXITSTATUS(status);
		break;
	}
	r.ms = now_ms() - start;
	return r;
}

/* What is still in the pipe when all writers have been killed. */
static void stream_drain(struct stream *s)
{
	int64_t deadline = now_ms() + DRAIN_MS;

	while (s->fd >= 0) {
		struct pollfd p = { .fd = s->fd, .events = POLLIN };
		int64_t left = deadline - now_ms();

		if (left <= 0 || (poll(&p, 1, left) > 0 && !stream_read(s)))
			break;
	}
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static void case_run(const char *name, int limit, const char *path)
{
	struct stream out = { .fd = -1 }, err = { .fd = -1 }, notes = { .fd = -1 };
	const char *base = strrchr(name, '/');
	int po[2], pe[2];
	char dir[300];
	struct result r;
	pid_t pid;

	put_line("\1CASE %s\n", name);
	snprintf(dir, sizeof dir, "/tmp/%s", base ? base + 1 : name);
	remove_dir(dir);
	if (mkdir(dir, 0755) || chmod(dir, 0755))
		die(dir);
	unlink(NOTES);
	if (pipe2(po, O_CLOEXEC) || pipe2(pe, O_CLOEXEC))
		die("pipe2");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0)
		case_exec(path, dir, po[1], pe[1]);
	close(po[1]);
	close(pe[1]);
	out.fd = po[0];
	err.fd = pe[0];
	r = case_watch(pid, limit, &out, &err);
	kill_leftovers(pid);
	stream_drain(&out);
	stream_drain(&err);
	stream_slurp(&notes, NOTES);
	if (chdir("/"))
		die("/");
	remove_dir(dir);

	put_line("\1DONE %s %s %d %lld %zu %zu %zu\n", name, r.how, r.value,
		 (long long)r.ms, out.len, err.len, notes.len);
	put_bytes(out.bytes, out.len);
	put_bytes(err.bytes, err.len);
	put_bytes(notes.bytes, notes.len);
	put_bytes("\n", 1);
	free(out.bytes);
	free(err.bytes);
	free(notes.bytes);
}

int main(void)
{
	struct sigaction sa = { .sa_handler = on_chld, .sa_flags = SA_RESTART };
	struct stream list = { .fd = -1 };
	struct utsname u;
	char name[256], path[256], *line, *next;
	int limit;

	if (pipe2(chld_pipe, O_CLOEXEC | O_NONBLOCK))
		die("pipe2");
	sigaction(SIGCHLD, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	pids_each(pid_know);
	if (uname(&u))
		die("uname");
	put_line("\1HELLO %s %s %s\n", u.sysname, u.release, u.version);
	if (!stream_slurp(&list, "/tests/list") || !list.len)
		die("/tests/list");
	list.bytes[list.len - 1] = 0;
	for (line = list.bytes; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		if (sscanf(line, "%255s %d %255s", name, &limit, path) == 3)
			case_run(name, limit, path);
	}
	put_line("\1END\n");
	return 0;
}
