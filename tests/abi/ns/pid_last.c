/*
 * pid_last.c - the last number of /proc/loadavg is that of the reader's pid namespace.
 */
#include "../show.h"
#include <sched.h>

static int last(void)
{
	char text[128] = "", *word;
	int fd = open("/proc/loadavg", O_RDONLY);

	(void)!read(fd, text, sizeof text - 1);
	close(fd);
	word = strrchr(text, ' ');
	return word ? atoi(word) : -1;
}

int main(void)
{
	int outside;

	show("pid namespace", unshare(CLONE_NEWPID));
	if (!fork()) {
		say("first: %d\n", last());
		if (!fork())
			_exit(0);
		wait(NULL);
		say("after a child: %d\n", last());
		_exit(0);
	}
	wait(NULL);
	outside = last();
	judge("outside it is another", outside > 2);
	return 0;
}
