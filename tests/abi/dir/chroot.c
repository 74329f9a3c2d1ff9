/*
 * chroot.c - chroot(2): what a path means inside, ways out, working directory outside, rights.
 */
#include "../show.h"
#include <sys/stat.h>

static void cwd(const char *what)
{
	char b[512];
	long n = syscall(SYS_getcwd, b, sizeof b);

	if (n < 0)
		say("%s: %s\n", what, errno_name(errno));
	else
		say("%s: %s\n", what, strncmp(b, "(unreachable)", 13) ? b : "(unreachable)...");
}

static void inside(void)
{
	int out = open(".", O_RDONLY);

	show("chroot", chroot("r"));
	cwd("outside");
	show("relative", access("f", F_OK));
	show("absolute", access("/f", F_OK));
	show("in", access("/in", F_OK));
	show("up from outside", access("../../../../tmp", F_OK));
	chdir("/");
	cwd("inside");
	show("..", access("../f", F_OK));
	show("../in", access("../../in", F_OK));
	show("absolute link", access("/labs", F_OK));
	show("relative link", access("/lup", F_OK));
	show("chroot again", chroot("/d"));
	show("now above", access("in", F_OK));
	show("up", access("../../f", F_OK));
	fchdir(out);
	show("back by a descriptor", access("f", F_OK));
	show("out again", chroot("."));
	show("absolute", access("/f", F_OK));
}

static void others(void)
{
	setresgid(1000, 1000, 1000), setresuid(1000, 1000, 1000);
	show("without right", chroot("r"));
	show("without right, missing", chroot("none"));
	show("without right, file", chroot("f"));
	show("without right, no search", chroot("no"));
}

int main(void)
{
	mkdir("r", 0755), mkdir("r/d", 0755), mkdir("no", 0);
	close(open("f", O_CREAT | O_RDWR, 0644)), close(open("r/in", O_CREAT | O_RDWR, 0644));
	symlink("/in", "r/labs"), symlink("../../in", "r/lup");
	show("file", chroot("f"));
	show("missing", chroot("none"));
	show("empty", chroot(""));
	show("bad pointer", syscall(SYS_chroot, KERNEL_ADDRESS));
	in_child("inside", inside);
	in_child("others", others);
	return 0;
}
