/*
 * main.c - process 1: prepare the file systems, find out who drives us, go.
 *
 * Three ways to be driven, tried in this order:
 *   1. `session=TTY[:SECONDS]` on the kernel's command line names the serial
 *      line where tools/vm listens.  SECONDS limits the wait for its answer.
 *   2. /.percival/run in the root file system holds a request: run that on
 *      the console, say how it ended, power off.
 *   3. Else an interactive shell on the console.
 */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define CONSOLE  "/dev/console"
#define RUN_FILE "/.percival/run"
#define DRAIN_LIMIT_MS 2000     /* a 115200 baud line takes a quarter of that for the buffer */

/* Append the strings that follow to line[*len], as far as they fit. */
static void strings_join(char *line, size_t size, size_t *len, va_list args)
{
	const char *next;

	while ((next = va_arg(args, const char *)))
		while (*next && *len < size)
			line[(*len)++] = *next++;
}

void say(const char *first, ...)
{
	char line[256] = "init: ";
	size_t len = strlen(line);
	va_list args;

	while (*first && len < sizeof line - 1)
		line[len++] = *first++;
	va_start(args, first);
	strings_join(line, sizeof line - 1, &len, args);
	va_end(args);
	line[len++] = '\n';
	write_all(STDERR_FILENO, line, len);    /* one write: one line of the log */
}

void write_strings(int fd, ...)
{
	char line[256];
	size_t len = 0;
	va_list args;

	va_start(args, fd);
	strings_join(line, sizeof line, &len, args);
	va_end(args);
	write_all(fd, line, len);
}

const char *number_text(char digits[4], int value)
{
	digits[0] = (char)('0' + value / 100 % 10);
	digits[1] = (char)('0' + value / 10 % 10);
	digits[2] = (char)('0' + value % 10);
	digits[3] = '\0';
	while (*digits == '0' && digits[1])
		digits++;
	return digits;
}

bool write_all(int fd, const void *bytes, size_t len)
{
	const char *next = bytes;

	while (len > 0) {
		ssize_t n = write(fd, next, len);

		if (n > 0) {
			next += n;
			len -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
		} else if (n == 0 || errno != EINTR) {
			return false;
		}
	}
	return true;
}

/* Let the console send what was printed, unless its output is stopped: the kernel's own lines do not queue behind it. */
static void drain_console(void)
{
	int queued;

	for (int ms = 0; ms < DRAIN_LIMIT_MS; ms++) {
		if (ioctl(STDERR_FILENO, TIOCOUTQ, &queued) < 0)
			return;
		if (queued == 0) {
			tcdrain(STDERR_FILENO);
			return;
		}
		usleep(1000);
	}
}

_Noreturn void power_off(void)
{
	drain_console();
	sync();
	reboot(RB_POWER_OFF);
	reboot(RB_HALT_SYSTEM);
	for (;;)
		pause();
}

/* Read a small file whole; returns its length, -1 without it. */
static ssize_t read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		return -1;
	while (len < size && (n = read(fd, buf + len, size - len)) > 0)
		len += (size_t)n;
	close(fd);
	return (ssize_t)len;
}

static void mount_one(const char *type, const char *dir, const char *options)
{
	mkdir(dir, 0755);
	if (mount(type, dir, type, MS_NOSUID, options) < 0 && errno != EBUSY)
		say("cannot mount ", type, " on ", dir, ": ", strerror(errno), NULL);
}

/*
 * The file systems that programs expect.  What cannot be mounted is reported
 * and left out: a program that does not need it still runs.
 */
void mount_all(void)
{
	mount_one("devtmpfs", "/dev", "mode=0755");
	mount_one("proc", "/proc", NULL);
	mount_one("sysfs", "/sys", NULL);
	mount_one("tmpfs", "/tmp", "mode=1777");
	mount_one("devpts", "/dev/pts", "mode=0620,ptmxmode=0666");
	mount_one("tmpfs", "/dev/shm", "mode=1777");
	symlink("/proc/self/fd", "/dev/fd");
	symlink("/proc/self/fd/0", "/dev/stdin");
	symlink("/proc/self/fd/1", "/dev/stdout");
	symlink("/proc/self/fd/2", "/dev/stderr");
}

/* The value of `session=`: the kernel passes words it does not know to us. */
static const char *session_option(void)
{
	static char cmdline[4096];
	const char *value = getenv("session");
	ssize_t len;

	if (value)
		return value;
	mkdir("/proc", 0555);
	mount("proc", "/proc", "proc", MS_NOSUID, NULL);
	len = read_file("/proc/cmdline", cmdline, sizeof cmdline - 1);
	cmdline[len < 0 ? 0 : len] = '\0';
	umount("/proc");                        /* mount_all() mounts it in its place */
	for (char *word = strtok(cmdline, " \n"); word; word = strtok(NULL, " \n"))
		if (strncmp(word, "session=", 8) == 0)
			return word + 8;
	return NULL;
}

/*
 * Open the session's line.  Its node is in the image, for a kernel without
 * devtmpfs; with one, it may appear only there.
 */
static int line_open(const char *path)
{
	const int flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
	int fd = open(path, flags);

	if (fd >= 0)
		return fd;
	mount_one("devtmpfs", "/dev", "mode=0755");
	return open(path, flags);
}

/* Talk to the runner if it is there; comes back only if it is not. */
static void run_session(const char *option)
{
	char path[64] = "/dev/";
	size_t name_len = strcspn(option, ":");
	long wait_ms = option[name_len] ? atol(option + name_len + 1) * 1000 : -1;
	int line;

	if (name_len > sizeof path - sizeof "/dev/")
		return;
	memcpy(path + 5, option, name_len);
	line = line_open(path);
	if (line < 0 || !isatty(line)) {
		say("no session on ", path, ": ", strerror(errno), NULL);
		if (line >= 0)
			close(line);
		return;
	}
	session_run(line, path, wait_ms);
}

/* Run what the image asks for, or a shell, on the console; then power off. */
static _Noreturn void run_console(void)
{
	static char shell[] = "a/bin/sh\0a-l\0d/root";
	static char text[65536];
	char digits[4];
	struct request req;
	ssize_t len = read_file(RUN_FILE, text, sizeof text - 1);

	if (len > 0)
		request_parse(&req, text, (size_t)len);
	else
		request_parse(&req, shell, sizeof shell);
	say("exit status ", number_text(digits, terminal_run(&req, CONSOLE)), NULL);
	power_off();
}

/* 0, 1 and 2 are taken even without a console: pipes must not land there. */
static void descriptors_fill(void)
{
	int fd;

	while ((fd = open("/", O_RDONLY)) >= 0 && fd <= STDERR_FILENO)
		;
	close(fd);
}

int main(void)
{
	const char *option;

	if (getpid() != 1) {
		say("only the kernel starts me", NULL);
		return 2;
	}
	descriptors_fill();
	umask(022);
	sethostname("percival", 8);
	child_watch_start();
	option = session_option();
	if (option)
		run_session(option);
	mount_all();
	run_console();
}
