/* Control room that ends at a page edge, partly read-only, too small for all: what arrives, what is told, what stays open. */
#include "sock.h"
#include <sys/resource.h>

static int s[2];

static int nr_open(void)
{
	int n = 0;

	for (int fd = 0; fd < 64; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void take(const char *what, char *control, size_t room, int flags)
{
	struct iovec v = { (char[4]){ 0 }, 4 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = room };
	int before = nr_open(), after;
	long n = syscall(SYS_recvmsg, s[1], &m, MSG_DONTWAIT | flags);

	after = nr_open();
	say("%s: %ld %s flags %x used %ld, %d more open", what, n, n < 0 ? errno_name(errno) : "", m.msg_flags, n < 0 ? 0 : (long)m.msg_controllen, after - before);
	for (int fd = s[1] + 1; fd < 64; fd++) {
		int f = fcntl(fd, F_GETFD);

		if (f < 0)
			continue;
		if (f)
			say(" cloexec");
		close(fd);
	}
	say("\n");
}

static void all(int type)
{
	char *edge = page_edge(), *ro = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), what[64];
	static const size_t fits[] = { 0, 4, 8, 12, 15, 16, 17, 20, 24, 28, 40 };
	struct rlimit old, few;
	int fd[4] = { 1, 1, 1, 1 }, on = 1;

	say("type %d\n", type);
	pair(type, s);
	for (unsigned n = 0; n < sizeof fits / sizeof *fits; n++) {
		sprintf(what, "%zu there", fits[n]);
		pass_fds(s[0], fd, 4);
		take(what, edge - fits[n], 64, 0);
	}
	mprotect(ro + PAGE, PAGE, PROT_READ);
	for (unsigned n = 0; n < sizeof fits / sizeof *fits; n++) {
		sprintf(what, "%zu writable", fits[n]);
		pass_fds(s[0], fd, 4);
		take(what, ro + PAGE - fits[n], 64, MSG_CMSG_CLOEXEC);
	}
	pass_fds(s[0], fd, 4);
	take("no address", NULL, 64, 0);
	pass_fds(s[0], fd, 4);
	take("kernel's", KERNEL_ADDRESS, 64, 0);
	pass_fds(s[0], fd, 4);
	take("a length of -1", edge - 64, -1, 0);
	setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
	setsockopt(s[1], SOL_SOCKET, 76, &on, sizeof on);
	for (unsigned n = 0; n <= 112; n += 8) {
		sprintf(what, "credentials, files, a pidfd: %u there", n);
		pass_fds(s[0], fd, 4);
		take(what, edge - n, 200, 0);
		sprintf(what, "credentials, files, a pidfd: room %u", n);
		pass_fds(s[0], fd, 4);
		take(what, ro, n, 0);
	}
	getrlimit(RLIMIT_NOFILE, &old);
	few = old;
	for (int n = 0; n < 6; n++) {
		few.rlim_cur = s[1] + 1 + n;
		sprintf(what, "%d free", n);
		pass_fds(s[0], fd, 4);
		setrlimit(RLIMIT_NOFILE, &few);
		take(what, ro, 200, n & 1 ? MSG_CMSG_CLOEXEC : 0);
		setrlimit(RLIMIT_NOFILE, &old);
	}
	pass_fds(s[0], fd, 4);
	take("peeked", ro, 200, MSG_PEEK);
	take("peeked", edge - 40, 200, MSG_PEEK);
	take("taken", ro, 200, 0);
	close(s[0]);
	close(s[1]);
}

int main(void)
{
	all(SOCK_STREAM);
	all(SOCK_DGRAM);
	return 0;
}
