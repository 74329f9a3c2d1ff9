/* setresuid and setresgid that change nothing leave the file system's id alone; those that change something do not. */
#include "../show.h"
#include <sys/fsuid.h>

static void fs_ids(void) { say("fs: %d %d\n", setfsuid(-1), setfsgid(-1)); }

int main(void)
{
	setfsgid(7), setfsuid(5);
	fs_ids();
	show("nothing", setresuid(-1, -1, -1) | setresgid(-1, -1, -1));
	fs_ids();
	show("saved as it is", setresuid(-1, -1, 0) | setresgid(-1, -1, 0));
	fs_ids();
	show("effective as it is", setresuid(-1, 0, -1) | setresgid(-1, 0, -1));
	fs_ids();
	setfsgid(7), setfsuid(5);
	show("another saved one", setresgid(-1, -1, 9) | setresuid(-1, -1, 9));
	fs_ids();
	return 0;
}
