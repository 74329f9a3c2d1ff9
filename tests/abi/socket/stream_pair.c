/* A pair of streams: bytes, ends, errors. */
#include "sock.h"

int main(void)
{
	int s[2];
	char b[64];
	struct stat st;

	signal(SIGPIPE, SIG_IGN);
	pair(SOCK_STREAM, s);
	R(write(s[0], "hello", 5));
	R(write(s[0], " world", 6));
	say_poll("reader", s[1]);
	R(recv(s[1], b, 3, MSG_PEEK));
	R(recv(s[1], b, sizeof b, 0));
	say("%.11s\n", b);
	R(recv(s[1], b, sizeof b, MSG_DONTWAIT));
	R(send(s[0], "", 0, 0));
	R(read(s[1], b, 0));
	R(recv(s[1], b, 0, MSG_DONTWAIT));
	say_poll("idle", s[1]);
	R(send(s[0], "x", 1, MSG_OOB | MSG_DONTWAIT) >= 0 || errno == EOPNOTSUPP);
	recv(s[1], b, sizeof b, MSG_DONTWAIT);
	R(shutdown(s[0], SHUT_WR));
	say_poll("after shutdown", s[1]);
	say_poll("who shut", s[0]);
	R(read(s[1], b, 1));
	R(write(s[0], "x", 1));
	R(write(s[1], "back", 4));
	R(read(s[0], b, sizeof b));
	R(write(s[1], "unread", 6));
	close(s[0]);
	say_poll("after close", s[1]);
	R(read(s[1], b, 1));
	R(read(s[1], b, 1));
	R(write(s[1], "x", 1));
	R(send(s[1], "x", 1, MSG_NOSIGNAL));
	fstat(s[1], &st);
	say("mode %o size %ld nlink %ld\n", st.st_mode, (long)st.st_size, (long)st.st_nlink);
	R(lseek(s[1], 0, SEEK_SET));
	R(pread(s[1], b, 1, 0));
	R(fcntl(s[1], F_GETFL) & O_ACCMODE);
	return 0;
}
