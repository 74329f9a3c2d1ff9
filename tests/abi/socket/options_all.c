/* Every number at SOL_SOCKET: read with 0, 3, 4 and 64 bytes of room, set to 0, 1 and 7, as root and as nobody. */
#include "sock.h"

static int s;

static void read_all(void)
{
	for (int o = 0; o <= 90; o++) {
		static const socklen_t rooms[] = { 0, 3, 4, 64 };

		for (int n = 0; n < 4; n++) {
			unsigned char v[80];
			socklen_t l = rooms[n];
			int r;

			memset(v, 0xee, sizeof v);
			r = getsockopt(s, SOL_SOCKET, o, v, &l);
			if (n == 0)
				say("%d:", o);
			if (r)
				say(" %s/%u", errno_name(errno), l);
			else
				say(" %u", l);
			if (!r && n >= 2 && o != 57 && o != 71) {
				say("=");
				for (unsigned k = 0; k < l && k < sizeof v; k++)
					say("%02x", v[k]);
			}
			if (v[r ? 0 : l < sizeof v ? l : 63] != 0xee)
				say(" more was written");
		}
		say("\n");
	}
}

static void set_all(void)
{
	for (int o = 0; o <= 90; o++) {
		static const int values[] = { 0, 1, 7, 1 << 20 };
		struct { int v[4]; } at;

		if (o == 25 || o == 26 || o == 37 || (o >= 50 && o <= 52) || o == 65 || o == 68 || o >= 77)
			continue;               /* of devices, filters, ports */
		say("%d:", o);
		for (int n = 0; n < 4; n++) {
			int got = -1;
			socklen_t l = sizeof got;

			memset(&at, 0, sizeof at);
			at.v[0] = values[n];
			say(" %s", setsockopt(s, SOL_SOCKET, o, &at, sizeof at) ? errno_name(errno) : "ok");
			if (o != 57 && o != 71 && !getsockopt(s, SOL_SOCKET, o, &got, &l))
				say("/%d", got);
		}
		say("\n");
		close(s);
		s = socket(AF_UNIX, SOCK_STREAM, 0);
	}
}

int main(void)
{
	int buf = 9999, v = -1, type[2] = { SOCK_DGRAM, SOCK_STREAM };
	socklen_t l = sizeof v;

	for (int n = 0; n < 2; n++) {
		s = socket(AF_UNIX, type[n], 0);
		read_all();
		close(s);
	}
	s = socket(AF_UNIX, SOCK_STREAM, 0);
	set_all();
	setsockopt(s, SOL_SOCKET, SO_SNDBUF, &buf, sizeof buf);
	R(getsockopt(s, SOL_SOCKET, 72, &v, &l));
	say("locked %d\n", v);
	setsockopt(s, SOL_SOCKET, SO_RCVBUF, &buf, sizeof buf);
	R(getsockopt(s, SOL_SOCKET, 72, &v, &l));
	say("locked %d\n", v);
	(void)!setgid(65534), (void)!setuid(65534);
	say("as nobody\n");
	set_all();
	return 0;
}
