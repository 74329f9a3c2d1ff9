/* Calls that wait on a socket and are interrupted: who restarts, who ends in EINTR, what a timeout changes. */
#include "sock.h"

static void handler(int sig) {}

static void arm(int flags)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = flags };

	sigaction(SIGALRM, &sa, NULL);
}

int main(void)
{
	struct sockaddr_un a;
	socklen_t len = name_abstract(&a, "abi-waits");
	struct timeval t = { 1, 0 };
	int s[2], l = socket(AF_UNIX, SOCK_STREAM, 0), c;
	static char b[1 << 20];

	bind(l, (void *)&a, len);
	listen(l, 0);
	pair(SOCK_STREAM, s);
	arm(0);
	tick_every(5);
	R(read(s[0], b, 1));
	R(recv(s[0], b, 1, 0));
	R(accept(l, NULL, NULL));
	judge("some was written", write(s[0], b, sizeof b) > 0);
	R(write(s[0], b, 1));
	c = socket(AF_UNIX, SOCK_STREAM, 0);
	R(connect(c, (void *)&a, len));
	c = socket(AF_UNIX, SOCK_STREAM, 0);
	R(connect(c, (void *)&a, len));
	tick_every(0);
	arm(SA_RESTART);
	pair(SOCK_STREAM, s);
	tick_every(5);
	if (fork() == 0) {
		tick_every(0);
		sleep_ms(40);
		_exit(write(s[1], "late", 4) != 4);
	}
	R(read(s[0], b, 10));
	setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
	R(read(s[0], b, 10));
	tick_every(0);
	return 0;
}
