/*
 * pipes.c - pipes and FIFOs: capacity, atomic writes of several writers, end of
 * file, SIGPIPE, non-blocking ends, interrupted reads, blocking opens.
 * limit: 60
 */
#include "show.h"
#include <sys/ioctl.h>
#include <sys/stat.h>

static void on_signal(int sig) { (void)sig; }

static void basics(void)
{
	int p[2], n;
	char b[32] = "";
	struct stat st;

	show("pipe", pipe(p));
	show("write", write(p[1], "hello", 5));
	ioctl(p[0], FIONREAD, &n);
	show("FIONREAD", n);
	show("read less", read(p[0], b, 2));
	show("read the rest", read(p[0], b + 2, 30));
	say("%s\n", b);
	show("read nothing", read(p[0], b, 0));
	fstat(p[0], &st);
	say("mode %o, size %ld\n", st.st_mode, (long)st.st_size);
	close(p[1]);
	show("read at the end", read(p[0], b, 10));
	close(p[0]);
}

static void non_blocking(void)
{
	static char big[1 << 20];
	int p[2];
	long total = 0, n;

	pipe2(p, O_NONBLOCK);
	show("read, empty", read(p[0], big, 1));
	while ((n = write(p[1], big, 4096)) > 0)
		total += n;
	show("write, full", n);
	show("capacity", total);
	show("F_GETPIPE_SZ", fcntl(p[1], F_GETPIPE_SZ));
	show("read a page and a byte", read(p[0], big, 4097));
	show("a page fits", write(p[1], big, 4096));
	show("a second does not", write(p[1], big, 4096));
	while (read(p[0], big, sizeof big) > 0)
		;
	show("a megabyte, in part", write(p[1], big, sizeof big));
	close(p[0]);
	signal(SIGPIPE, SIG_IGN);
	show("write without readers", write(p[1], big, 1));
	show("empty write without readers", write(p[1], big, 0));
	signal(SIGPIPE, SIG_DFL);
	close(p[1]);
}

static void no_reader(void)
{
	int p[2];

	(void)!pipe(p);
	close(p[0]);
	(void)!write(p[1], "x", 1);
}

/* Writes of up to PIPE_BUF bytes are never torn, however many writers. */
static void atomic_writes(void)
{
	enum { WRITERS = 4, ROUNDS = 60, SIZE = 4096 };
	static char line[SIZE];
	long got = 0, torn = 0, n, have = 0;
	int p[2];

	(void)!pipe(p);
	for (int w = 0; w < WRITERS; w++)
		if (fork() == 0) {
			close(p[0]);
			memset(line, 'a' + w, SIZE);
			for (int i = 0; i < ROUNDS; i++)
				if (write(p[1], line, SIZE) != SIZE)
					_exit(1);
			_exit(0);
		}
	close(p[1]);
	while ((n = read(p[0], line + have, SIZE - have)) > 0) {
		have += n;
		if (have < SIZE)
			continue;
		for (int i = 1; i < SIZE; i++)
			torn += line[i] != line[0];
		got++;
		have = 0;
	}
	while (wait(NULL) > 0)
		;
	say("%ld pieces, %ld bytes out of place, %ld left over\n", got, torn, have);
}

/* One writer, one reader, odd sizes: all bytes, in order. */
static void stream(void)
{
	enum { TOTAL = 1 << 20 };
	static unsigned char buf[70000];
	long pos = 0, bad = 0, n;
	int p[2];

	(void)!pipe(p);
	if (fork() == 0) {
		long at = 0;

		close(p[0]);
		for (int i = 0; at < TOTAL; i++) {
			long size = 1 + i * 7919 % 66000;

			if (size > TOTAL - at)
				size = TOTAL - at;
			for (long j = 0; j < size; j++)
				buf[j] = (at + j) * 31 >> 3;
			at += write(p[1], buf, size);
		}
		_exit(0);
	}
	close(p[1]);
	for (int i = 0; (n = read(p[0], buf, 1 + i * 104729 % 69000)) > 0; i++)
		for (long j = 0; j < n; j++, pos++)
			bad += buf[j] != (unsigned char)(pos * 31 >> 3);
	wait(NULL);
	say("%ld bytes, %ld wrong\n", pos, bad);
}

static void blocked_writer(void)
{
	static char big[200000];
	int p[2], status;
	long total = 0, n;

	(void)!pipe(p);
	if (fork() == 0) {
		close(p[0]);
		_exit(write(p[1], big, sizeof big) != sizeof big);
	}
	close(p[1]);
	sleep_ms(50);
	while ((n = read(p[0], big, 1000)) > 0)
		total += n;
	wait(&status);
	say("a write larger than the pipe: %ld bytes, writer %s\n", total, ending(status));
}

static void interrupted(void)
{
	struct sigaction sa = { .sa_handler = on_signal };
	char b[4];
	int p[2];

	(void)!pipe(p);
	sigaction(SIGALRM, &sa, NULL);
	tick_every(30);
	show("read, interrupted", read(p[0], b, 1));
	tick_every(0);
	sa.sa_flags = SA_RESTART;
	sigaction(SIGALRM, &sa, NULL);
	if (fork() == 0) {
		sleep_ms(150);
		(void)!write(p[1], "x", 1);
		_exit(0);
	}
	tick_every(30);
	show("read, restarted", read(p[0], b, 1));
	tick_every(0);
	wait(NULL);
}

static void fifos(void)
{
	int fd, status;
	char b[8] = "";

	show("mkfifo", mkfifo("f", 0644));
	show("mkfifo again", mkfifo("f", 0644));
	show("open for writing, no reader, non-blocking", open("f", O_WRONLY | O_NONBLOCK));
	fd = open("f", O_RDONLY | O_NONBLOCK);
	show_ok("open for reading, non-blocking", fd);
	show("read without a writer", read(fd, b, 1));
	close(fd);
	if (fork() == 0) {
		fd = open("f", O_WRONLY);
		sleep_ms(30);
		_exit(write(fd, "fifo", 4) != 4);
	}
	fd = open("f", O_RDONLY);
	show("read waits for the writer", read(fd, b, 8));
	show("end of file when it is gone", read(fd, b + 4, 1));
	wait(&status);
	say("%s, writer %s\n", b, ending(status));
	show("lseek", lseek(fd, 0, SEEK_SET));
	show("unlink", unlink("f"));
	fd = open("gone", O_RDWR | O_NONBLOCK);
	show("open of a missing one", fd);
}

int main(void)
{
	basics();
	non_blocking();
	in_child("write without a reader", no_reader);
	atomic_writes();
	stream();
	blocked_writer();
	interrupted();
	fifos();
	return 0;
}
