/* Control data of a send: lengths, memory that is not there, levels, the order of checks. */
#include "sock.h"

static int s[2];

static void try(const char *what, const void *control, size_t len)
{
	struct iovec v = { "x", 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = (void *)control, .msg_controllen = len };
	char b[8];

	show(what, syscall(SYS_sendmsg, s[0], &m, 0));     /* a library's would look at it itself */
	while (recv(s[1], b, 8, MSG_DONTWAIT) > 0)
		;
}

static struct cmsghdr *make(char *at, size_t len, int level, int type, int value)
{
	struct cmsghdr *c = (void *)at;

	c->cmsg_len = len;
	c->cmsg_level = level;
	c->cmsg_type = type;
	memcpy(c + 1, &value, sizeof value);
	return c;
}

int main(void)
{
	char *edge = page_edge(), *big = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	static const size_t none[] = { 0, 1, 8, 15, 16, 17, 100, 1 << 20, 0x7fffffff, 0x80000000ul, 1ul << 40, -1ul };
	static const size_t lens[] = { 16, 24, 20479, 20480, 100000, 131055, 131071, 131072, 131073, 1 << 20 };
	char at[128];

	pair(SOCK_STREAM, s);
	for (unsigned n = 0; n < sizeof none / sizeof *none; n++) {
		sprintf(at, "NULL and %zu", none[n]);
		try(at, NULL, none[n]);
	}
	for (unsigned n = 0; n < sizeof lens / sizeof *lens; n++) {
		memset(big, 0, 64);
		sprintf(at, "one that is all of %zu", lens[n]);
		make(big, lens[n], 77, 1, 0);
		try(at, big, lens[n]);
	}
	make(edge - 20, 20, SOL_SOCKET, SCM_RIGHTS, 1);
	try("at the edge", edge - 20, 20);
	try("beyond the edge by 4", edge - 20, 24);
	make(edge - 20, 20, SOL_SOCKET, SCM_RIGHTS, 99);
	try("a bad number, beyond the edge", edge - 20, 24);
	try("a bad number", edge - 20, 20);
	try("15 bytes", edge - 15, 15);
	try("15 bytes, partly there", edge - 8, 15);
	make(big, 20, SOL_SOCKET, SCM_RIGHTS, 1);
	make(big + 24, 15, SOL_SOCKET, SCM_RIGHTS, 1);
	try("second too short", big, 48);
	make(big + 24, 25, SOL_SOCKET, SCM_RIGHTS, 1);
	try("second too long", big, 48);
	try("second cut at 39", big, 39);
	try("second cut at 40", big, 40);
	make(big + 24, 16, SOL_SOCKET, SCM_RIGHTS, 1);
	try("second empty", big, 40);
	make(big + 24, 19, SOL_SOCKET, SCM_RIGHTS, 1);
	try("second of three bytes", big, 48);
	make(big + 24, 0, 77, SCM_RIGHTS, 1);
	try("second of another level, no length", big, 48);
	make(big + 24, ~0ul, 77, SCM_RIGHTS, 1);
	try("second of another level, length -1", big, 48);
	make(big + 24, 16, SOL_SOCKET, 3, 1);
	try("second of an unknown type", big, 48);
	make(big + 24, 16, SOL_SOCKET, 4, 1);
	try("second a pidfd", big, 48);
	make(big + 24, 16, SOL_SOCKET, SCM_CREDENTIALS, 1);
	try("second short credentials", big, 48);
	close(s[1]);
	signal(SIGPIPE, SIG_IGN);
	make(big, 20, SOL_SOCKET, SCM_RIGHTS, 99);
	try("bad number, no peer", big, 20);
	make(big, 20, SOL_SOCKET, SCM_RIGHTS, 1);
	try("no peer", big, 20);
	return 0;
}
