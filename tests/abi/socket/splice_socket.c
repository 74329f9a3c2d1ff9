/* splice(2) and sendfile(2) from and to sockets: what may not be lost, what does not wait, what one message is. */
#include "sock.h"
#include <sys/sendfile.h>

static char big[70000];

static void sizes(const char *what, int s)
{
	long n;

	say("%s:", what);
	while ((n = recv(s, big, sizeof big, MSG_DONTWAIT)) >= 0)
		say(" %ld", n);
	say("\n");
}

static void drain(int fd)
{
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (read(fd, big, sizeof big) > 0)
		;
	fcntl(fd, F_SETFL, 0);
}

static void to_socket(int type, int file)
{
	int s[2], p[2];
	loff_t off;

	say("type %d\n", type);
	pair(type, s);
	(void)!pipe(p);
	for (int n = 0; n < 4; n++) {
		static const size_t lens[] = { 100, 4096, 10000, 65536 };

		off = 0;
		show("sendfile", sendfile(s[0], file, &off, lens[n]));
		sizes("came", s[1]);
		off = 100;
		show("sendfile from 100", sendfile(s[0], file, &off, lens[n]));
		sizes("came", s[1]);
		drain(p[0]);
		show("write", write(p[1], big, lens[n]));
		show("splice", splice(p[0], NULL, s[0], NULL, 1 << 20, 0));
		sizes("came", s[1]);
	}
	off = 0;
	R(splice(file, &off, p[1], NULL, 5000, 0));
	R(write(p[1], "abc", 3));
	R(splice(file, &off, p[1], NULL, 10, 0));
	R(splice(p[0], NULL, s[0], NULL, 6000, 0));
	sizes("came", s[1]);
	R(write(p[1], big, 9000));
	R(splice(p[0], NULL, s[0], NULL, 6000, 0));
	sizes("came", s[1]);
	close(s[1]);
	signal(SIGPIPE, SIG_IGN);
	R(splice(p[0], NULL, s[0], NULL, 6000, 0));
	off = 0;
	R(sendfile(s[0], file, &off, 10));
	say("offset %ld\n", (long)off);
}

static void from_socket(int type, bool is_nonblocking)
{
	int s[2], p[2], n;

	say("type %d%s\n", type, is_nonblocking ? ", nonblocking" : "");
	pair(type, s);
	if (is_nonblocking)
		fcntl(s[1], F_SETFL, O_NONBLOCK);
	(void)!pipe(p);
	if (type == SOCK_STREAM || is_nonblocking)
		R(splice(s[1], NULL, p[1], NULL, 100, SPLICE_F_NONBLOCK));
	R(write(s[0], big, 10000));
	R(splice(s[1], NULL, p[1], NULL, 65536, 0));
	drain(p[0]);
	sizes("left", s[1]);
	R(write(s[0], big, 100));
	R(write(s[0], big, 200));
	R(splice(s[1], NULL, p[1], NULL, 65536, 0));
	drain(p[0]);
	sizes("left", s[1]);
	fcntl(p[1], F_SETFL, O_NONBLOCK);
	while (write(p[1], big, 4096) == 4096)
		;
	R(write(s[0], big, 1000));
	R(splice(s[1], NULL, p[1], NULL, 1000, 0));
	ioctl(s[1], SIOCINQ, &n);
	say("queued %d\n", n);
	R(sendfile(p[1], s[1], NULL, 1000));
	ioctl(s[1], SIOCINQ, &n);
	say("queued %d\n", n);
	drain(p[0]);
	R(sendfile(p[1], s[1], NULL, 1000));
	drain(p[0]);
	shutdown(s[0], SHUT_WR);
	if (type != SOCK_DGRAM)
		show("at the end", splice(s[1], NULL, p[1], NULL, 1000, SPLICE_F_NONBLOCK));
}

int main(void)
{
	int file = open("f", O_RDWR | O_CREAT, 0600);

	alarm(8);
	for (unsigned n = 0; n < sizeof big; n++)
		big[n] = (char)('a' + n % 26);
	(void)!write(file, big, sizeof big);
	to_socket(SOCK_STREAM, file);
	to_socket(SOCK_DGRAM, file);
	to_socket(SOCK_SEQPACKET, file);
	from_socket(SOCK_STREAM, false);
	from_socket(SOCK_STREAM, true);
	from_socket(SOCK_DGRAM, false);
	from_socket(SOCK_SEQPACKET, true);
	return 0;
}
