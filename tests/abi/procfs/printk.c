/*
 * printk.c - /proc/sys/kernel/printk: four levels, and syslog(2), which changes the first.
 */
#include "../show.h"
#include <sys/klog.h>

static void tell(const char *title)
{
	char text[64];
	int fd = open("/proc/sys/kernel/printk", O_RDONLY);
	ssize_t n = read(fd, text, sizeof text - 1);

	close(fd);
	text[n > 0 ? n : 0] = '\0';
	say("%s: %s", title, text);
}

static void set(const char *text)
{
	int fd = open("/proc/sys/kernel/printk", O_WRONLY);
	char title[80];

	snprintf(title, sizeof title, "write '%s'", text);
	show(title, write(fd, text, strlen(text)));
	close(fd);
	tell("  now");
}

int main(void)
{
	set("4 4 1 7");
	set("6");
	set("5\t3");
	set(" 3 4 2 7 ");
	set("");
	set("x");
	set("2 x");
	set("4 4 1 7 9");
	set("0x3 010");
	set("99999999999");
	set("-1");
	set("4 4 3 7");
	show("syslog, level 1", klogctl(8, NULL, 1));
	tell("at least the third");
	show("syslog, level 6", klogctl(8, NULL, 6));
	tell("that");
	show("syslog, off", klogctl(6, NULL, 0));
	tell("off");
	show("syslog, on", klogctl(7, NULL, 0));
	tell("on");
	set("4 4 1 7");
	return 0;
}
