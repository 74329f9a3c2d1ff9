/*
 * old_node.c - the node of a pty that is gone does not lead to the pty that has its number now.
 */
#include "../show.h"
#include <sys/ioctl.h>
#include <sys/stat.h>

static int master(int *nr)
{
	int m = open("/dev/ptmx", O_RDWR | O_NOCTTY), no = 0;

	ioctl(m, TIOCSPTLCK, &no);
	ioctl(m, TIOCGPTN, nr);
	return m;
}

int main(void)
{
	char name[32], link[32];
	int a, b, na, nb, old, pid;

	a = master(&na);
	sprintf(name, "/dev/pts/%d", na);
	chown(name, 1000, 1000);
	old = open(name, O_PATH);
	close(a);
	b = master(&nb);
	judge("the number is used again", na == nb);
	sprintf(link, "/proc/self/fd/%d", old);
	pid = fork();
	if (!pid) {
		(void)!setgid(1000), (void)!setuid(1000);
		show("open the new one", open(name, O_RDWR | O_NOCTTY));
		show("open through the old node", open(link, O_RDWR | O_NOCTTY));
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	close(b);
	show("with no pty of that number", open(link, O_RDWR | O_NOCTTY));
	mknod("own", S_IFCHR | 0600, 136 << 8 | na);
	b = master(&nb);
	show("a node made elsewhere", open("own", O_RDWR | O_NOCTTY));
	return 0;
}
