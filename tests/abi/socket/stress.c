/* Many at once: every byte arrives, in order; ends come while others send. */
#include "sock.h"
#include <pthread.h>

#define TOTAL (4 << 20)
static void *writer(void *arg)
{
	static __thread unsigned char b[50000];
	unsigned seed = 1, at = 0;

	while (at < TOTAL) {
		unsigned n = (seed = seed * 1103515245 + 12345) >> 16, len = n % (n & 1 ? 300 : 50000) + 1;
		long w;

		if (len > TOTAL - at)
			len = TOTAL - at;
		for (unsigned i = 0; i < len; i++)
			b[i] = (at + i) * 7 >> 3;
		w = write(*(int *)arg, b, len);
		if (w != (long)len)
			return (void *)1;
		at += len;
	}
	shutdown(*(int *)arg, SHUT_WR);
	return NULL;
}

static long read_all(int fd)
{
	static unsigned char b[30000];
	unsigned at = 0;
	long n;

	while ((n = read(fd, b, at % 3 ? 777 : sizeof b)) > 0)
		for (long i = 0; i < n; i++, at++)
			if (b[i] != (unsigned char)(at * 7 >> 3))
				return -1;
	return n < 0 ? n : (long)at;
}

static void *dgram_sender(void *arg)
{
	struct sockaddr_un a;
	socklen_t len = name_abstract(&a, "abi-stress");
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	long bad = 0;

	for (int i = 0; i < 3000; i++)
		bad += sendto(fd, &i, sizeof i, 0, (void *)&a, len) != sizeof i;
	close(fd);
	return (void *)bad;
}

static int listener;
static void *client(void *arg)
{
	struct sockaddr_un a;
	socklen_t len = name_abstract(&a, "abi-stress-l");
	long bad = 0;

	for (int i = 0; i < 300; i++) {
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);
		char c = 'a';

		bad += connect(fd, (void *)&a, len) != 0;
		bad += write(fd, &c, 1) != 1;
		bad += read(fd, &c, 1) != 1 || c != 'b';
		close(fd);
	}
	return (void *)bad;
}

static void *closer(void *arg)
{
	int s[2];

	for (int i = 0; i < 500; i++) {
		socketpair(AF_UNIX, i % 3 == 0 ? SOCK_STREAM : i % 3 == 1 ? SOCK_DGRAM : SOCK_SEQPACKET, 0, s);
		write(s[0], "hello", 5);
		write(s[1], "hello", 5);
		if (i & 1)
			close(s[0]), close(s[1]);
		else
			close(s[1]), close(s[0]);
	}
	return NULL;
}

int main(void)
{
	pthread_t t[4];
	void *r;
	int s[2], fd, i, sum = 0;
	long bad = 0;
	struct sockaddr_un a;

	pair(SOCK_STREAM, s);
	pthread_create(&t[0], NULL, writer, &s[0]);
	say("stream: %ld\n", read_all(s[1]));
	pthread_join(t[0], &r);
	say("writer: %ld\n", (long)r);

	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	bind(fd, (void *)&a, name_abstract(&a, "abi-stress"));
	for (i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, dgram_sender, NULL);
	for (i = 0; i < 12000; i++) {
		int v;

		if (recv(fd, &v, sizeof v, 0) != sizeof v)
			bad++;
		sum += v;
	}
	for (i = 0; i < 4; i++) {
		pthread_join(t[i], &r);
		bad += (long)r;
	}
	say("datagrams: bad %ld sum %d\n", bad, sum);

	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	bind(listener, (void *)&a, name_abstract(&a, "abi-stress-l"));
	listen(listener, 2);
	for (i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, client, NULL);
	for (i = 0; i < 1200; i++) {
		char c;

		fd = accept(listener, NULL, NULL);
		bad += fd < 0 || read(fd, &c, 1) != 1 || write(fd, "b", 1) != 1;
		close(fd);
	}
	for (i = 0; i < 4; i++) {
		pthread_join(t[i], &r);
		bad += (long)r;
	}
	say("connections: bad %ld\n", bad);
	for (i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, closer, NULL);
	for (i = 0; i < 4; i++)
		pthread_join(t[i], &r);
	say("closed\n");
	return 0;
}
