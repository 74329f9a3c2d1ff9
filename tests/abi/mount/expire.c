/* MNT_EXPIRE: marked when nobody uses it, taken away when nobody has since. */
#include "mount.h"

#define EXPIRE 4

int main(void)
{
	struct stat st;
	int fd;

	begin();
	dirs("e", "f", NULL);
	mount("e", "e", "tmpfs", 0, NULL);
	mkdir("e/d", 0755);
	fd = open("e/d", O_RDONLY);
	show("in use", umount2("e", EXPIRE));
	close(fd);
	show("marks", umount2("e", EXPIRE));
	show("takes away", umount2("e", EXPIRE));
	show("nothing there", umount2("e", EXPIRE));

	mount("e", "e", "tmpfs", 0, NULL);
	mkdir("e/d", 0755);
	show("marks", umount2("e", EXPIRE));
	show("used by stat", stat("e/d", &st));
	show("marks again", umount2("e", EXPIRE));
	fd = open("e/d", O_RDONLY);
	show("in use", umount2("e", EXPIRE));
	close(fd);
	show("marks once more", umount2("e", EXPIRE));
	show("its own root by stat", stat("e", &st));
	show("marks once more", umount2("e", EXPIRE));
	show("reading the table is no use", has("/proc/self/mountinfo") - 1);
	fd = open("/proc/self/mountinfo", O_RDONLY);
	(void)!read(fd, &st, 1);
	close(fd);
	show("takes away", umount2("e/.", EXPIRE));

	mount("e", "e", "tmpfs", 0, NULL);
	show("marks", umount2("e/.", EXPIRE));
	show("stays marked", umount2("e/.", EXPIRE));
	mount("e", "e", "tmpfs", 0, NULL);
	mkdir("e/sub", 0755);
	mount("s", "e/sub", "tmpfs", 0, NULL);
	show("something on it", umount2("e", EXPIRE));
	show("marks what is on it", umount2("e/sub", EXPIRE));
	show("takes that away", umount2("e/sub", EXPIRE));
	show("marks", umount2("e", EXPIRE));
	mount("e", "f", NULL, MS_BIND, NULL);
	show("a bind mount used it", umount2("e", EXPIRE));
	show("the other marks for itself", umount2("f", EXPIRE));
	show("and goes", umount2("f", EXPIRE));
	show("umount of what is marked", umount("e"));
	return 0;
}
