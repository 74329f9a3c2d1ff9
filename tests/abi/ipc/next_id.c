/*
 * next_id.c - /proc/sys/kernel/{msg,sem,shm}_next_id: the number that the next object gets, once.
 */
#include "../show.h"
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

static char name[64];

static void put(const char *value)
{
	int fd = open(name, O_WRONLY);

	say("  write %s: ", value);
	show("result", write(fd, value, strlen(value)));
	close(fd);
}

static void get(void)
{
	char text[16] = "";
	int fd = open(name, O_RDONLY);

	(void)!read(fd, text, sizeof text - 1);
	close(fd);
	say("  next: %s", text);
}

static int make_msg(void) { return msgget(IPC_PRIVATE, 0600); }
static int make_sem(void) { return semget(IPC_PRIVATE, 1, 0600); }
static int make_shm(void) { return shmget(IPC_PRIVATE, 4096, 0600); }
static void end_msg(int id) { msgctl(id, IPC_RMID, NULL); }
static void end_sem(int id) { semctl(id, 0, IPC_RMID); }
static void end_shm(int id) { shmctl(id, IPC_RMID, NULL); }

static void kind(const char *what, int (*make)(void), void (*end)(int))
{
	int a, b;

	say("%s\n", what);
	snprintf(name, sizeof name, "/proc/sys/kernel/%s_next_id", what);
	get();
	put("-1");
	put("x");
	put("3276817");                         /* sequence 100, slot 17 */
	get();
	a = make();
	say("  made %d\n", a);
	get();
	put("3309585");                         /* sequence 101, the same slot: it is taken */
	b = make();
	say("  made %d\n", b);
	end(b);
	end(a);
	a = make();
	say("  then from the start: slot %s\n", a % 32768 < 17 ? "low" : "high");
	end(a);
}

int main(void)
{
	kind("msg", make_msg, end_msg);
	kind("sem", make_sem, end_sem);
	kind("shm", make_shm, end_shm);
	return 0;
}
