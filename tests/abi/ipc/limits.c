/* The limits of System V IPC below /proc/sys/kernel, and that they limit. */
#include "../show.h"
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/msg.h>
#include <sched.h>

static void look(const char *name)
{
	char path[64], text[100];
	int fd, n;

	snprintf(path, sizeof path, "/proc/sys/kernel/%s", name);
	fd = open(path, O_RDONLY);
	n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = 0;
	say("%s: %s", name, text);
}

static void set(const char *name, const char *value)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "/proc/sys/kernel/%s", name);
	fd = open(path, O_WRONLY);
	show(name, write(fd, value, strlen(value)));
	close(fd);
	look(name);
}

int main(void)
{
	static const char *const names[] = { "msgmax", "msgmnb", "msgmni", "sem", "shmall", "shmmax", "shmmni" };

	show("of our own", unshare(CLONE_NEWIPC));
	for (unsigned i = 0; i < 7; i++)
		look(names[i]);
	set("shmmax", "4096\n");
	show_ok("a page", shmget(IPC_PRIVATE, 4096, 0600));
	show("more", shmget(IPC_PRIVATE, 4097, 0600));
	set("shmmni", "1");
	show("a second", shmget(IPC_PRIVATE, 4096, 0600));
	set("shmmni", "x");
	set("msgmax", "10");
	show("a message", msgsnd(msgget(IPC_PRIVATE, 0600), &(long[3]){ 1, 0 }, 11, 0));
	set("sem", "10 20 30 40");
	return 0;
}
