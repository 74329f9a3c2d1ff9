/*
 * kinds.c - splice(2), tee(2), sendfile(2), copy_file_range(2) and vmsplice(2) between every two kinds of files.
 */
#include "../show.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>

enum { NR = 18 };
static const char *const names[NR] = { "file", "append", "wronly", "dir", "piper", "pipew", "null", "zero", "full", "stream", "dgram", "proc",
				       "eventfd", "epoll", "inotify", "memfd", "path", "closed" };
static int fds[NR], pipe_in[2], stream[2], dgram[2], peer_pipe[2];

/* Everything anew: what a call before left behind shall not matter. */
static void make(void)
{
	for (int i = 0; i < NR; i++)
		close(fds[i]);
	close(pipe_in[1]), close(stream[1]), close(dgram[1]), close(peer_pipe[0]);
	fds[0] = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600);
	(void)!write(fds[0], "0123456789", 10), lseek(fds[0], 0, SEEK_SET);
	fds[1] = open("a", O_RDWR | O_CREAT | O_APPEND, 0600), fds[2] = open("w", O_WRONLY | O_CREAT, 0600), fds[3] = open(".", O_RDONLY);
	(void)!pipe(pipe_in), (void)!pipe(peer_pipe);
	fds[4] = pipe_in[0], fds[5] = peer_pipe[1];
	(void)!write(pipe_in[1], "abcdef", 6);
	fds[6] = open("/dev/null", O_RDWR), fds[7] = open("/dev/zero", O_RDWR), fds[8] = open("/dev/full", O_RDWR);
	socketpair(AF_UNIX, SOCK_STREAM, 0, stream), socketpair(AF_UNIX, SOCK_DGRAM, 0, dgram);
	(void)!write(stream[1], "stream", 6), (void)!write(dgram[1], "dgram", 5);
	fds[9] = stream[0], fds[10] = dgram[0];
	fds[11] = open("/proc/sys/kernel/ostype", O_RDONLY), fds[12] = eventfd(1, EFD_NONBLOCK), fds[13] = epoll_create1(0);
	fds[14] = inotify_init1(IN_NONBLOCK), fds[15] = memfd_create("m", 0), fds[16] = open("f", O_PATH), fds[17] = 99;
	(void)!write(fds[15], "memory", 6), lseek(fds[15], 0, SEEK_SET);
}

static void matrix(const char *what, long (*call)(int in, int out))
{
	for (int i = 0; i < NR; i++) {
		say("%s from %s:", what, names[i]);
		for (int o = 0; o < NR; o++) {
			long r;

			make();
			r = call(fds[i], fds[o]);
			if (r < 0)
				say(" %s=%s", names[o], errno_name(errno));
			else
				say(" %s=%ld", names[o], r);
		}
		say("\n");
	}
}

static long do_splice(int in, int out) { return splice(in, NULL, out, NULL, 5, SPLICE_F_NONBLOCK); }
static long do_tee(int in, int out) { return tee(in, out, 5, SPLICE_F_NONBLOCK); }
static long do_sendfile(int in, int out) { return sendfile(out, in, NULL, 5); }
static long do_copy(int in, int out) { return copy_file_range(in, NULL, out, NULL, 5, 0); }

int main(void)
{
	struct iovec v = { "vector", 6 };

	matrix("splice", do_splice);
	matrix("tee", do_tee);
	matrix("sendfile", do_sendfile);
	matrix("copy_file_range", do_copy);
	say("vmsplice:");
	for (int o = 0; o < NR; o++) {
		long r;

		make();
		r = vmsplice(fds[o], &v, 1, SPLICE_F_NONBLOCK);
		say(" %s=%s", names[o], r < 0 ? errno_name(errno) : "ok");
	}
	say("\n");
	return 0;
}
