/*
 * dnotify_enable.c - /proc/sys/fs/dir-notify-enable: F_NOTIFY of fcntl(2) may be switched off.
 */
#include "../show.h"

static void set(char value)
{
	int fd = open("/proc/sys/fs/dir-notify-enable", O_RDWR);
	char text[8] = "";

	(void)!read(fd, text, sizeof text - 1);
	say("was %s", text);
	show("set", pwrite(fd, &value, 1, 0));
	close(fd);
}

int main(void)
{
	int dir = open(".", O_RDONLY);

	show("on", fcntl(dir, F_NOTIFY, DN_CREATE));
	show("end", fcntl(dir, F_NOTIFY, 0));
	set('0');
	show("off", fcntl(dir, F_NOTIFY, DN_CREATE));
	show("end", fcntl(dir, F_NOTIFY, 0));
	set('1');
	show("on", fcntl(dir, F_NOTIFY, DN_CREATE));
	return 0;
}
