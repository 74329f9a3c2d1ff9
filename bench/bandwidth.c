/*
 * bandwidth.c - bytes moved: the copy itself dominates; ns per chunk, bytes beside.
 *
 * Floor: one copy in and one copy out (pipe, socket), one copy (file), none but the reader's
 * own loads (mapping).
 */
#include "bench.h"
#include <sys/socket.h>

#define CHUNK 65536ul
#define FILE_SIZE (1ul << 20)

PRIVATE char buf[CHUNK];

static void reader(struct run *r)
{
	while (read(r->fd[0], buf, CHUNK) > 0)
		;
}

static void to_pipe(struct run *r)
{
	MUST(pipe(r->fd));
	partner_start(r, reader);
}

static void to_socket(struct run *r)
{
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, r->fd));
	partner_start(r, reader);
}

/* A chunk written; a partner on whatever CPU reads along, so that the pipe is neither empty nor full for long. */
static void op_send(struct run *r, unsigned long n)
{
	for (; n; n--)
		for (size_t done = 0; done < CHUNK;)
			done += (size_t)MUST_SYS(SYS3(write, r->fd[1], buf, CHUNK - done));
}

static void make_big(struct run *r)
{
	snprintf(r->path, sizeof r->path, "/tmp/bench.big%d", r->id);
	r->fd[0] = (int)MUST(open(r->path, O_RDWR | O_CREAT | O_TRUNC, 0644));
	for (size_t at = 0; at < FILE_SIZE; at += CHUNK)
		MUST(pwrite(r->fd[0], buf, CHUNK, (off_t)at));
}

static void drop_big(struct run *r)
{
	close(r->fd[0]);
	unlink(r->path);
}

static void op_file_read(struct run *r, unsigned long n)
{
	for (; n; n--)
		WANT(SYS4(pread64, r->fd[0], buf, CHUNK, n * CHUNK % FILE_SIZE), CHUNK);
}

static void op_file_write(struct run *r, unsigned long n)
{
	for (; n; n--)
		WANT(SYS4(pwrite64, r->fd[0], buf, CHUNK, n * CHUNK % FILE_SIZE), CHUNK);
}

PRIVATE volatile uint64_t sum;

/* The whole file mapped, every word read, unmapped. */
static void op_mmap_read(struct run *r, unsigned long n)
{
	for (; n; n--) {
		const uint64_t *p = mmap(NULL, FILE_SIZE, PROT_READ, MAP_SHARED, r->fd[0], 0);
		uint64_t s = 0;

		if (p == MAP_FAILED)
			bench_fail("mmap");
		for (size_t i = 0; i < FILE_SIZE / 8; i++)
			s += p[i];
		sum = s;
		munmap((void *)p, FILE_SIZE);
	}
}

const struct bench bench_bandwidth[] = {
	{ "bw_pipe", "bandwidth", to_pipe, op_send, partner_stop, NO_SCALE, 0, CHUNK, 0, 0 },
	{ "bw_unix", "bandwidth", to_socket, op_send, partner_stop, NO_SCALE, 0, CHUNK, 0, 0 },
	{ "bw_file_read", "bandwidth", make_big, op_file_read, drop_big, ONE_TASK | SHARE | CURVE, 0, CHUNK, 0, 0 },
	{ "bw_file_write", "bandwidth", make_big, op_file_write, drop_big, ONE_TASK | SHARE, 0, CHUNK, 0, 0 },
	{ "bw_mmap_read", "bandwidth", make_big, op_mmap_read, drop_big, ONE_TASK | SHARE, 0, FILE_SIZE, 0, 0 },
	{ 0 },
};
