/* getsockopt(2) at SOL_SOCKET: what a new socket of each type says, how lengths are cut and refused. */
#include "sock.h"

static void all(int type)
{
	int s = socket(AF_UNIX, type, 0);

	for (int o = 1; o < 76; o++) {                  /* the later ones: descriptors for processes */
		unsigned char v[64] = { 0 };
		socklen_t l = sizeof v;

		if (getsockopt(s, SOL_SOCKET, o, v, &l)) {
			say("option %d: %s\n", o, errno_name(errno));
			continue;
		}
		say("option %d: %u bytes:", o, l);
		if (o == 16 + 1 || o == 57)             /* SO_PEERCRED's pid, SO_COOKIE */
			say(" varies");
		else
			for (unsigned n = 0; n < l && n < sizeof v; n++)
				say(" %02x", v[n]);
		say("\n");
	}
	close(s);
}

int main(void)
{
	int s = socket(AF_UNIX, SOCK_STREAM, 0), v = -1;
	socklen_t l = 2;

	all(SOCK_STREAM);
	all(SOCK_DGRAM);
	R(getsockopt(s, SOL_SOCKET, SO_TYPE, &v, &l));
	say("cut to %u: %x\n", l, v);
	l = 0;
	R(getsockopt(s, SOL_SOCKET, SO_TYPE, &v, &l));
	say("%u\n", l);
	l = -1;
	R(getsockopt(s, SOL_SOCKET, SO_TYPE, &v, &l));
	l = 100;
	R(getsockopt(s, SOL_SOCKET, SO_TYPE, &v, &l));
	say("%u\n", l);
	R(getsockopt(s, SOL_SOCKET, SO_TYPE, NULL, &l));
	R(getsockopt(s, SOL_SOCKET, SO_TYPE, &v, NULL));
	R(getsockopt(s, 1000, SO_TYPE, &v, &l));
	R(getsockopt(s, 6, 1, &v, &l));
	R(getsockopt(0, SOL_SOCKET, SO_TYPE, &v, &l));
	R(getsockopt(99, SOL_SOCKET, SO_TYPE, &v, &l));
	return 0;
}
