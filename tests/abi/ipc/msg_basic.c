/* msgget, msgsnd, msgrcv: order, types, sizes, MSG_EXCEPT, MSG_NOERROR, MSG_COPY. */
#include "../show.h"
#include <sys/ipc.h>
#include <sys/msg.h>

static int id;

static void send(long type, const char *text)
{
	struct { long type; char text[32]; } m = { .type = type };

	strcpy(m.text, text);
	show("send", msgsnd(id, &m, strlen(text), IPC_NOWAIT));
}

static void receive(const char *what, size_t size, long type, int flags)
{
	struct { long type; char text[64]; } m = { 0 };
	ssize_t n = msgrcv(id, &m, size, type, flags | IPC_NOWAIT);

	if (n < 0)
		show(what, n);
	else
		say("%s: %zd type %ld %.*s\n", what, n, m.type, (int)n, m.text);
}

int main(void)
{
	struct msqid_ds d;
	char *edge = page_edge();

	id = msgget(0x7750, IPC_CREAT | 0600);
	show_ok("create", id);
	show("exclusive", msgget(0x7750, IPC_CREAT | IPC_EXCL));
	show("unknown", msgget(0x7751, 0));
	receive("empty", 32, 0, 0);
	send(3, "three");
	send(1, "one");
	send(2, "two");
	send(1, "uno");
	send(5, "");
	show("stat", msgctl(id, IPC_STAT, &d));
	say("count %lu bytes %lu max %lu\n", (unsigned long)d.msg_qnum, (unsigned long)d.__msg_cbytes, (unsigned long)d.msg_qbytes);
	judge("sender", d.msg_lspid == getpid() && !d.msg_lrpid && d.msg_stime && !d.msg_rtime);
	receive("copy 1", 32, 1, 040000);
	receive("copy 9", 32, 9, 040000);
	receive("copy and except", 32, 1, 040000 | 020000);
	receive("too small", 2, 0, 0);
	receive("cut", 2, 0, MSG_NOERROR);
	receive("type 2", 32, 2, 0);
	receive("type 9", 32, 9, 0);
	receive("not 1", 32, 1, 020000);
	receive("up to 4", 32, -4, 0);
	receive("up to 1", 32, -1, 0);
	receive("up to 1", 32, -1, 0);
	send(1, "last");
	receive("negative size", -1, 0, 0);
	show("type 0", msgsnd(id, &(long[2]){ 0, 0 }, 1, 0));
	show("type negative", msgsnd(id, &(long[2]){ -1, 0 }, 1, 0));
	show("too large", msgsnd(id, &(long[2]){ 1, 0 }, 8193, 0));
	show("from nowhere", syscall(SYS_msgsnd, id, KERNEL_ADDRESS, 1, 0));
	show("text from nowhere", syscall(SYS_msgsnd, id, (*(long *)(edge - 8) = 1, edge - 8), 1, 0));
	show("to nowhere", syscall(SYS_msgrcv, id, KERNEL_ADDRESS, 10, 0, IPC_NOWAIT));
	receive("gone", 32, 0, 0);
	show("bad id", msgsnd(-1, &(long[2]){ 1, 0 }, 1, 0));
	show("remove", msgctl(id, IPC_RMID, NULL));
	receive("removed", 32, 0, 0);
	return 0;
}
