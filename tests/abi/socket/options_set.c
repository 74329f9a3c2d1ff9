/* setsockopt(2) at SOL_SOCKET: what is taken, rounded, refused, as root and as nobody. */
#include "sock.h"
#include <sys/prctl.h>

static int s;

static void set(const char *what, int option, int v)
{
	int got = -1;
	socklen_t l = sizeof got;
	int r = setsockopt(s, SOL_SOCKET, option, &v, sizeof v);

	say("%s := %d: %s", what, v, r ? errno_name(errno) : "ok");
	if (!getsockopt(s, SOL_SOCKET, option, &got, &l))
		say(", reads %d", got);
	say("\n");
}

static void buffers(void)
{
	static const int sizes[] = { 0, 1, 2303, 2304, 4607, 4608, 10000, 212992, 212993, 1 << 30, -1, INT32_MIN };

	for (unsigned n = 0; n < sizeof sizes / sizeof *sizes; n++) {
		set("SNDBUF", SO_SNDBUF, sizes[n]);
		set("RCVBUF", SO_RCVBUF, sizes[n]);
	}
}

static void times(void)
{
	struct timeval t;
	socklen_t l = sizeof t;

	for (int n = 0; n < 7; n++) {
		static const struct timeval list[] = { { 0, 0 }, { 1, 500000 }, { 0, 500000 }, { 0, 1000000 }, { 0, -1 }, { -1, 0 }, { INT64_MAX, 0 } };

		t = list[n];
		say("RCVTIMEO %ld.%06ld: ", (long)t.tv_sec, (long)t.tv_usec);
		say("%s, ", setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t) ? errno_name(errno) : "ok");
		l = sizeof t;
		getsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &t, &l);
		say("reads %ld.%06ld, %u bytes\n", (long)t.tv_sec, (long)t.tv_usec, l);
	}
	R(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t - 1));
	R(setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, page_edge() - 8, sizeof t));
}

static void some(void)
{
	struct linger l = { 5, 7 };
	socklen_t len = sizeof l;

	set("REUSEADDR", SO_REUSEADDR, 5);
	set("KEEPALIVE", SO_KEEPALIVE, 1);
	set("PASSCRED", SO_PASSCRED, 2);
	set("PASSCRED", SO_PASSCRED, 0);
	set("TIMESTAMP", SO_TIMESTAMP, 1);
	set("RCVLOWAT", SO_RCVLOWAT, 0);
	set("RCVLOWAT", SO_RCVLOWAT, -5);
	set("RCVLOWAT", SO_RCVLOWAT, 100);
	set("PRIORITY", SO_PRIORITY, 6);
	set("PRIORITY", SO_PRIORITY, 7);
	set("MARK", SO_MARK, 3);
	set("DEBUG", SO_DEBUG, 1);
	set("SNDBUFFORCE", SO_SNDBUFFORCE, 1 << 20);
	set("RCVBUFFORCE", SO_RCVBUFFORCE, -1);
	set("BUSY_POLL", SO_BUSY_POLL, -1);
	set("TYPE", SO_TYPE, 1);
	set("ERROR", SO_ERROR, 1);
	set("DOMAIN", SO_DOMAIN, 1);
	set("ACCEPTCONN", SO_ACCEPTCONN, 1);
	set("unknown", 1000, 1);
	R(setsockopt(s, SOL_SOCKET, SO_LINGER, &l, sizeof l));
	R(getsockopt(s, SOL_SOCKET, SO_LINGER, &l, &len));
	say("%d %d\n", l.l_onoff, l.l_linger);
	R(setsockopt(s, SOL_SOCKET, SO_LINGER, &l, 4));
	R(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &l, 3));
	R(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &l, 0));
	R(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &l, -1));
	R(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, NULL, 4));
	R(setsockopt(s, 6, 1, &l, 4));
	R(setsockopt(s, 6, 1, NULL, 4));
}

int main(void)
{
	s = socket(AF_UNIX, SOCK_DGRAM, 0);
	buffers();
	times();
	some();
	(void)!setgid(65534), (void)!setuid(65534);
	say("as nobody\n");
	some();
	return 0;
}
