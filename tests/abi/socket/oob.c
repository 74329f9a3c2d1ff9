/* MSG_OOB on streams: one urgent byte, where reads stop, the mark, SO_OOBINLINE, SIGURG, poll(2). */
#include "sock.h"
#include <poll.h>
#include <sys/epoll.h>
#include <linux/sockios.h>

static int s[2];
static volatile int urgent;

static void on_urg(int sig) { (void)sig; urgent++; }
static void new_pair(void) { pair(SOCK_STREAM, s); }
static void send_text(const char *text, int flags) { show(flags & MSG_OOB ? "send urgent" : "send", send(s[0], text, strlen(text), flags)); }

static void take(const char *what, size_t n, int flags)
{
	char b[32] = "";
	long r = recv(s[1], b, n, flags | MSG_DONTWAIT);

	say("%s: ", what);
	if (r < 0)
		say("%s\n", errno_name(errno));
	else
		say("%ld '%.*s'\n", r, (int)r, b);
}

static void look(void)
{
	struct pollfd p = { s[1], POLLIN | POLLPRI | POLLRDBAND, 0 };
	int mark = -1, in = -1;

	poll(&p, 1, 0);
	ioctl(s[1], SIOCATMARK, &mark);
	ioctl(s[1], FIONREAD, &in);
	say("  poll %x, mark %d, in %d\n", p.revents, mark, in);
}

static void end(void) { close(s[0]), close(s[1]); }

static void plain(void)
{
	new_pair();
	look();
	take("nothing urgent", 1, MSG_OOB);
	send_text("abc", MSG_OOB);
	look();
	take("peek at it", 1, MSG_OOB | MSG_PEEK);
	take("up to the mark", 10, 0);
	look();
	take("urgent", 1, MSG_OOB);
	look();
	take("again", 1, MSG_OOB);
	take("nothing more", 10, 0);
	look();
	send_text("de", MSG_OOB), send_text("fg", 0);
	take("urgent first", 5, MSG_OOB);
	look();
	take("to the mark", 10, 0);
	look();
	take("beyond", 10, 0);
	look();
	end();
}

static void dropped(void)
{
	new_pair();
	send_text("ab", MSG_OOB), send_text("cd", MSG_OOB), send_text("ef", 0);
	look();
	take("peek", 10, MSG_PEEK);
	take("the first is ordinary", 10, 0);
	look();
	take("peek at the mark", 10, MSG_PEEK);
	take("a read at the mark drops it", 10, 0);
	look();
	take("urgent", 1, MSG_OOB);
	send_text("x", MSG_OOB);
	take("alone, peek", 5, MSG_PEEK);
	take("alone", 5, 0);
	look();
	end();
}

static void in_line(void)
{
	int on = 1;

	new_pair();
	show("inline", setsockopt(s[1], SOL_SOCKET, SO_OOBINLINE, &on, sizeof on));
	send_text("ab", MSG_OOB), send_text("cd", 0);
	look();
	take("urgent", 1, MSG_OOB);
	take("peek", 10, MSG_PEEK);
	take("to the mark", 10, 0);
	look();
	take("peek", 10, MSG_PEEK);
	take("from the mark on", 10, 0);
	look();
	send_text("e", MSG_OOB);
	take("one", 10, 0);
	look();
	end();
}

static void errors(void)
{
	char b[8];
	int d[2], l;
	struct sockaddr_un a;

	new_pair();
	show("no bytes", send(s[0], "", 0, MSG_OOB));
	send_text("a", MSG_OOB);
	show("no room", recv(s[1], b, 0, MSG_OOB | MSG_DONTWAIT));
	look();
	send_text("b", MSG_OOB);
	show("bad room", recv(s[1], (void *)8, 1, MSG_OOB | MSG_DONTWAIT));
	look();
	show("bad byte", send(s[0], (void *)8, 1, MSG_OOB));
	shutdown(s[1], SHUT_RD);
	show("shut", send(s[0], "z", 1, MSG_OOB | MSG_NOSIGNAL));
	end();
	pair(SOCK_DGRAM, d);
	show("datagrams", send(d[0], "a", 1, MSG_OOB));
	show("datagrams", recv(d[1], b, 1, MSG_OOB | MSG_DONTWAIT));
	pair(SOCK_SEQPACKET, d);
	show("packets", send(d[0], "a", 1, MSG_OOB));
	show("packets", recv(d[1], b, 1, MSG_OOB | MSG_DONTWAIT));
	l = socket(AF_UNIX, SOCK_STREAM, 0);
	show("not connected", send(l, "a", 1, MSG_OOB));
	show("not connected", send(l, "", 0, MSG_OOB));
	show("not connected", recv(l, b, 1, MSG_OOB));
	bind(l, (void *)&a, name_abstract(&a, "abi-oob"));
	listen(l, 1);
	show("listening", recv(l, b, 1, MSG_OOB));
	new_pair();
	send_text("a", MSG_OOB);
	close(s[1]);
	show("closed unread", recv(s[0], b, 1, 0));
	new_pair();
	send_text("a", MSG_OOB);
	take("urgent", 1, MSG_OOB);
	close(s[1]);
	show("closed with a mark", recv(s[0], b, 1, 0));
}

static void told(void)
{
	struct epoll_event e = { .events = EPOLLPRI | EPOLLET };
	struct msghdr m = { 0 };
	struct iovec v = { (char[4]){ 0 }, 1 };
	int ep = epoll_create1(0);

	new_pair();
	signal(SIGURG, on_urg);
	send_text("a", MSG_OOB);
	say("nobody to tell: %d\n", urgent);
	fcntl(s[1], F_SETOWN, getpid());
	epoll_ctl(ep, EPOLL_CTL_ADD, s[1], &e);
	show("epoll", epoll_wait(ep, &e, 1, 0));
	send_text("b", 0);
	say("ordinary: %d\n", urgent);
	show("epoll", epoll_wait(ep, &e, 1, 0));
	send_text("cd", MSG_OOB);
	say("told: %d\n", urgent);
	show("epoll", epoll_wait(ep, &e, 1, 0));
	say("%x\n", e.events);
	show("epoll", epoll_wait(ep, &e, 1, 0));
	m.msg_iov = &v, m.msg_iovlen = 1;
	show("recvmsg", recvmsg(s[1], &m, MSG_OOB));
	say("%c %x\n", *(char *)v.iov_base, m.msg_flags);
	show("epoll", epoll_wait(ep, &e, 1, 0));
	end();
}

static void waiting(void)
{
	char b[8];
	pid_t pid;

	new_pair();
	send_text("a", MSG_OOB);
	pid = fork();
	if (!pid) {
		sleep_ms(60);
		(void)!write(s[0], "b", 1);
		_exit(0);
	}
	show("a peek waits for more", recv(s[1], b, 8, MSG_PEEK));
	waitpid(pid, NULL, 0);
	take("rest", 8, 0);
	end();
}

int main(void)
{
	plain();
	dropped();
	in_line();
	errors();
	told();
	waiting();
	return 0;
}
