/* Listening, connecting, accepting; by path. */
#include "sock.h"

int main(void)
{
	struct sockaddr_un a, n;
	socklen_t len = name_path(&a, "/tmp/abi-sock-l"), l;
	int s, c, d, t;
	char b[16];
	struct stat st;

	mkdir("/tmp", 0777);
	umask(022);
	unlink(a.sun_path);
	s = socket(AF_UNIX, SOCK_STREAM, 0);
	c = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	R(listen(s, 1));
	R(connect(c, (void *)&a, len));
	R(bind(s, (void *)&a, len));
	stat(a.sun_path, &st);
	say("mode %o\n", st.st_mode);
	R(open(a.sun_path, O_RDWR));
	R(connect(c, (void *)&a, len));
	R(bind(s, (void *)&a, len));
	R(bind(c, (void *)&a, len));
	say_poll("bound", s);
	R(accept(s, NULL, NULL));
	R(listen(s, 0));
	say_poll("listening", s);
	R(connect(s, (void *)&a, len));
	R(read(s, b, 1));
	R(write(s, b, 1));
	R(connect(c, (void *)&a, len));
	R(connect(c, (void *)&a, len));
	say_poll("listening", s);
	say_poll("connected", c);
	R(write(c, "early", 5));
	d = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	R(connect(d, (void *)&a, len));
	close(d);
	d = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	R(connect(d, (void *)&a, len));
	t = socket(AF_UNIX, SOCK_DGRAM, 0);
	R(connect(t, (void *)&a, len));
	l = sizeof n;
	d = accept4(s, (void *)&n, &l, SOCK_NONBLOCK);
	say_name("accepted from", &n, l);
	l = sizeof n;
	R(getsockname(d, (void *)&n, &l));
	say_name("its name", &n, l);
	l = sizeof n;
	R(getpeername(c, (void *)&n, &l));
	say_name("the client's peer", &n, l);
	l = 5;
	R(getpeername(c, (void *)&n, &l));
	say("needs %u\n", l);
	R(getpeername(s, (void *)&n, &l));
	R(read(d, b, sizeof b));
	R(read(d, b, sizeof b));
	close(s);
	R(connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&a, len));
	R(unlink(a.sun_path));
	R(connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&a, len));
	R(write(d, "late", 4));
	R(read(c, b, sizeof b));
	return 0;
}
