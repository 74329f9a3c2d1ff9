/* Names of sockets: lengths, abstract ones with zeros, automatic ones, long paths, kinds of files in the way. */
#include "sock.h"

static int fresh(void) { return socket(AF_UNIX, SOCK_DGRAM, 0); }

static void got(int s)
{
	struct sockaddr_un n;
	socklen_t l = sizeof n;

	memset(&n, 'x', sizeof n);
	getsockname(s, (void *)&n, &l);
	say("  length %u", l);
	if (l > 2 && !n.sun_path[0])
		for (unsigned k = 3; k < l; k++)
			say(" %02x", (unsigned char)n.sun_path[k - 2]);
	else if (l > 2)
		say(" '%.*s'", l > 30 ? 10 : (int)l - 2, n.sun_path);
	say("\n");
}

static int try(const char *what, struct sockaddr_un *a, socklen_t len)
{
	int s = fresh();

	show(what, bind(s, (void *)a, len));
	got(s);
	return s;
}

int main(void)
{
	struct sockaddr_un a = { AF_UNIX, "" };
	struct { struct sockaddr_un a; char more[64]; } big = { { AF_UNIX, "" }, "" };
	char cwd[64];
	int s;

	mkdir("/tmp/abi-names", 0755);
	(void)!chdir("/tmp/abi-names");
	(void)!getcwd(cwd, sizeof cwd);
	strcpy(a.sun_path, "short");
	s = try("to the letter", &a, 2 + 5);
	R(bind(s, (void *)&a, 2 + 5));
	close(s);
	R(access("short", F_OK));
	try("taken", &a, 2 + 6);
	unlink("short");
	try("with its zero", &a, 2 + 6);
	unlink("short");
	try("whole", &a, sizeof a);
	unlink("short");
	memset(a.sun_path, 'l', sizeof a.sun_path);
	try("108 letters, no zero", &a, sizeof a);
	unlink("llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll");
	memset(big.a.sun_path, 'm', sizeof big.a.sun_path);
	try("109", &big.a, sizeof big.a + 1);
	try("no family", &a, 0);
	try("half a family", &a, 1);
	a.sun_family = AF_INET;
	try("another family", &a, sizeof a);
	a = (struct sockaddr_un){ AF_UNIX, "" };
	memcpy(a.sun_path, "\0a\0b", 4);
	try("abstract with a zero", &a, 2 + 4);
	try("abstract, longer", &a, 2 + 5);
	try("abstract, the same", &a, 2 + 4);
	try("abstract, empty", &a, 2 + 1);
	try("abstract, empty, again", &a, 2 + 1);
	R(bind(fresh(), (void *)&a, -1));
	R(bind(fresh(), (void *)8, sizeof a));
	R(bind(fresh(), NULL, 0));
	s = fresh();
	R(bind(s, (void *)&a, 2));
	{
		struct sockaddr_un n;
		socklen_t l = sizeof n;

		R(getsockname(s, (void *)&n, &l));
		say("automatic: length %u, starts with zero %d\n", l, !n.sun_path[0]);
		for (int k = 1; k < 6; k++)
			judge("a hexadecimal digit", strchr("0123456789abcdef", n.sun_path[k]) != NULL);
	}
	R(mkdir("dir", 0755));
	strcpy(a.sun_path, "dir");
	try("a directory", &a, sizeof a);
	R(connect(fresh(), (void *)&a, sizeof a));
	strcpy(a.sun_path, "no/way");
	try("no such directory", &a, sizeof a);
	R(connect(fresh(), (void *)&a, sizeof a));
	R(symlink("target", "link"));
	strcpy(a.sun_path, "link");
	try("a dangling link", &a, sizeof a);
	R(access("target", F_OK));
	close(open("file", O_CREAT | O_RDWR, 0644));
	strcpy(a.sun_path, "file/");
	try("below a file", &a, sizeof a);
	strcpy(a.sun_path, "file");
	R(connect(fresh(), (void *)&a, sizeof a));
	strcpy(a.sun_path, "new/");
	try("with a slash", &a, sizeof a);
	R(rmdir("dir"));
	return 0;
}
