/* Who may connect: permission bits of the socket file and of its directory; read-only flags do not matter. */
#include "sock.h"

static struct sockaddr_un a;
static socklen_t len;

static void knock(void)
{
	int c = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)!setgid(65534), (void)!setuid(65534);
	show("connect", connect(c, (void *)&a, len));
	c = socket(AF_UNIX, SOCK_STREAM, 0);
	strcat(a.sun_path, "2");
	show("bind beside it", bind(c, (void *)&a, len));
}

int main(void)
{
	int s = socket(AF_UNIX, SOCK_STREAM, 0);
	static const int modes[] = { 0777, 0222, 0555, 0444, 0000, 0720, 0002 };
	struct stat st;

	umask(0);
	mkdir("/tmp/abi-access", 0755);
	len = name_path(&a, "/tmp/abi-access/s");
	fchmod(s, 0640);
	bind(s, (void *)&a, len);
	listen(s, 20);
	stat(a.sun_path, &st);
	say("mode %o\n", st.st_mode);
	R(fchmod(s, 0700));
	stat(a.sun_path, &st);
	say("mode %o\n", st.st_mode);
	for (unsigned n = 0; n < sizeof modes / sizeof *modes; n++) {
		chmod(a.sun_path, modes[n]);
		say("mode %o\n", modes[n]);
		in_child("nobody", knock);
	}
	chmod(a.sun_path, 0777);
	chmod("/tmp/abi-access", 0666);
	in_child("no way to it", knock);
	chmod("/tmp/abi-access", 0777);
	in_child("all open", knock);
	return 0;
}
