/*
 * limit: 120
 * full
 * events, queues and semaphores, swept (sweep.h).
 */
#include "world.h"

static const struct call calls[] = {
	{ "poll", 7, 0, "pfd 1,0,2,1025,0x80000000,-1,0x100000001 0" },
	{ "ppoll", 271, V, "pfd 1,0,2,-1 ts set+0 setsize" },
	{ "select", 23, V, "1,0,100,101,128,1024,1025,-1,0x80000000,0x100000065 fdset fdset fdset tvsel" },
	{ "pselect6", 270, V, "1,0,101,128,1025,-1 fdset fdset fdset ts ss6" },
	{ "epoll_create", 213, F, "int" },
	{ "epoll_create1", 291, F, "bits" },
	{ "epoll_ctl", 233, D, "ep,closed,reg,ev int+4,5 fd eev" },
	{ "epoll_ctl.ops", 233, D, "fd 1,2,3,0,4,-1 fd eev" },
	{ "epoll_wait", 232, 0, "fd pbuf int 0,1,-1" },
	{ "epoll_pwait", 281, 0, "fewfd+ep pbuf 1,0,-1,2 0 set+0 setsize" },
	{ "epoll_pwait2", 441, 0, "fewfd+ep pbuf 1,0,-1,2 ts+0 set+0 setsize" },
	{ "eventfd", 284, F, "int" },
	{ "eventfd2", 290, F, "int bits" },
	{ "signalfd", 282, F, "fd+-1 set setsize" },
	{ "signalfd4", 289, F, "-1+fd set setsize bits" },
	{ "timerfd_create", 283, F, "int bits" },
	{ "timerfd_settime", 286, V, "fd bits its pbuf" },
	{ "timerfd_gettime", 287, V, "fd buf" },
	{ "pipe", 22, D, "buf" },
	{ "pipe2", 293, D, "buf bits" },
	{ "read.event", 0, 0, "ev,tm,sg,in,ep,pidfd,mq,ns buf len" },
	{ "write.event", 1, D, "ev,tm,sg,in,ep,pidfd,mq,ns ulong+pbuf small" },
	{ "mq_open", 240, F|N, "mqname bits+0x42,0xc2,0x841,3 0600,0,07777 mqattr" },
	{ "mq_unlink", 241, D|N, "mqname" },
	{ "mq_timedsend", 242, D, "fd pbuf small+64,65 int+32767,32768 ts+0" },
	{ "mq_timedreceive", 243, V, "fd pbuf 64,0,63,65,-1,0x100000000 pbuf ts+0" },
	{ "mq_notify", 244, D, "fd sev" },
	{ "mq_getsetattr", 245, 0, "fd mqattr pbuf" },
	{ "semget", 64, X|P|N, "0,1,0x1234 int+32000,32001 bits+0x200,0x600,0x1ff,0x3ff" },
	{ "semop", 65, V, "int sops int+500,501" },
	{ "semctl", 66, V|D, "int int nums pbuf" },
	{ "semtimedop", 220, V, "int sops int ts+0" },
	{ "msgget", 68, X|P|N, "0,1,0x1234 bits+0x200,0x600,0x1ff,0x3ff" },
	{ "msgsnd", 69, V, "int pbuf+ulong len 0,0x800" },
	{ "msgrcv", 70, V, "int pbuf len int 0x800,0,01000,02000,04000,014000,-1" },
	{ "msgctl", 71, V|D, "int nums+256,257,258,259 pbuf" },
	{ "sem.real", 64, X|P|N, "0 1 0600" },
};

int main(int argc, char **argv)
{
	values_make();
#define X(n) add(#n, #n, FD_##n);
	X(ep) X(reg) X(ev) X(tm) X(sg) X(in) X(pidfd) X(mq) X(ns)
#undef X
	add("closed", "closed", 999);
#define PFD(fd, e) ((uint64_t)(uint32_t)(fd) | (uint64_t)(uint16_t)(e) << 32)
	PUT("pfd", "pr", PFD(FD_pr, 1), PFD(FD_pw, 4));
	PUT("pfd", "all", PFD(FD_pr, -1), PFD(FD_reg, -1));
	PUT("pfd", "sp", PFD(FD_sp, -1), PFD(FD_ls, -1));
	PUT("pfd", "dg", PFD(FD_dg, -1), PFD(FD_so, -1));
	PUT("pfd", "ev", PFD(FD_ev, -1), PFD(FD_tm, -1));
	PUT("pfd", "ep", PFD(FD_ep, -1), PFD(FD_in, -1));
	PUT("pfd", "mq", PFD(FD_mq, -1), PFD(FD_pidfd, -1));
	PUT("pfd", "dir", PFD(FD_dir, -1), PFD(FD_opath, -1));
	PUT("pfd", "null", PFD(FD_null, -1), PFD(FD_ptm, -1));
	PUT("pfd", "pts", PFD(FD_pts, -1), PFD(FD_pe, -1));
	PUT("pfd", "proc", PFD(FD_proc, -1), PFD(FD_ns, -1));
	PUT("pfd", "fifo", PFD(FD_fifo, -1), PFD(FD_zero, 0));
	PUT("pfd", "neg", PFD(-1, -1), PFD(999, 0));
	PUT("pfd", "none", PFD(FD_pe, 0), PFD(FD_pr, 0));
	add_bad_pointers("pfd");
	uint64_t z[16] = { 0 };
	add("fdset", "NULL", 0);
	put("fdset", "none", z, 128);
	z[FD_pr / 64] |= 1ull << FD_pr % 64;
	put("fdset", "pr", z, 128);
	z[FD_pw / 64] |= 1ull << FD_pw % 64;
	z[FD_reg / 64] |= 1ull << FD_reg % 64;
	z[FD_sp / 64] |= 1ull << FD_sp % 64;
	z[FD_pe / 64] |= 1ull << FD_pe % 64;
	put("fdset", "some", z, 128);
	z[1] |= 1ull << 3;
	memset(z, 0, sizeof z), z[1] = 1;
	put("fdset", "closed64", z, 128);
	add("fdset", "bad", WRONLY_FREE);
	add("fdset", "edge-8", EDGE + 4088);
	add("fdset", "kernel", 0xffff888000000000);
	PUT("tvsel", "0", 0, 0);
	PUT("tvsel", "neg", -1, 0);
	PUT("tvsel", "negus", 0, -1);
	PUT("tvsel", "1e6", 0, 1000000);
	
	add_bad_pointers("tvsel");
	add("ss6", "NULL", 0);
	uint64_t usr = PUT(NULL, "", 1ull << 9);
	PUT("ss6", "8", usr, 8);
	PUT("ss6", "4", usr, 4);
	PUT("ss6", "null,4", 0, 4);
	PUT("ss6", "bad", WRONLY_FREE, 8);
	add("ss6", "bad", WRONLY_FREE);
	add("ss6", "edge-8", EDGE + 4088);
	static const uint32_t e[] = { 1, 0, 5, 0x80000001, 0x40000001, 0x10000001, 0x50000001, 0x90000001, 0x20000001, 0x10002000, 0x30000001, 0xffffffff };
	for (unsigned i = 0; i < sizeof e / sizeof *e; i++) {
		char n[16];
		snprintf(n, 16, "%#x", e[i]);
		PUT("eev", n, e[i], i);
	}
	add_bad_pointers("eev");
	PUT("its", "0", 0, 0, 0, 0);
	PUT("its", "1000s", 0, 0, 1000, 0);
	PUT("its", "int", 5, 5, 1000, 0);
	PUT("its", "badint", 5, 1000000000, 1000, 0);
	PUT("its", "bad", 5, 0, 1000, -1);
	PUT("its", "neg", 5, 0, -1, 0);
	PUT("its", "negint", -5, 0, 1, 0);
	PUT("its", "badint0", 0, -1, 0, 0);
	PUT("its", "max", ~0ull >> 1, 0, ~0ull >> 1, 0);
	add_bad_pointers("its");
	PUT("ulong", "1", 1);
	PUT("ulong", "-1", -1);
	PUT("ulong", "-2", -2);
	PUT("ulong", "0", 0);
	static const char *mqn[] = { "new", "/new", "", "/", "a/b", ".", "..", "sweep" };
	for (unsigned i = 0; i < sizeof mqn / sizeof *mqn; i++)
		put_name("mqname", mqn[i], mqn[i]);
	add("mqname", "edge", STR_EDGE + 4090);
	add("mqname", "no-end", STR_EDGE);
	add("mqname", "NULL", 0);
	add("mqattr", "NULL", 0);
	PUT("mqattr", "4,64", 0, 4, 64, 0, 0, 0, 0, 0);
	PUT("mqattr", "nonblock", 0x800, 4, 64, 0, 0, 0, 0, 0);
	PUT("mqattr", "flags", 1, 4, 64, 0, 0, 0, 0, 0);
	PUT("mqattr", "0,64", 0, 0, 64, 0, 0, 0, 0, 0);
	PUT("mqattr", "4,0", 0, 4, 0, 0, 0, 0, 0, 0);
	PUT("mqattr", "-1,1", 0, -1, 1, 0, 0, 0, 0, 0);
	PUT("mqattr", "10,8192", 0, 10, 8192, 0, 0, 0, 0, 0);
	PUT("mqattr", "11,8192", 0, 11, 8192, 0, 0, 0, 0, 0);
	PUT("mqattr", "big", 0, 65537, 1, 0, 0, 0, 0, 0);
	PUT("mqattr", "huge", 0, 1, 1ull << 40, 0, 0, 0, 0, 0);
	add("mqattr", "bad", WRONLY_FREE);
	add("mqattr", "edge-8", EDGE + 4088);
	add("sev", "NULL", 0);
	PUT("sev", "signal", 0, 10, 0, 0, 0, 0, 0, 0);
	PUT("sev", "none", 0, 10 | 1ull << 32, 0, 0, 0, 0, 0, 0);
	PUT("sev", "sig65", 0, 65, 0, 0, 0, 0, 0, 0);
	PUT("sev", "sig0", 0, 0, 0, 0, 0, 0, 0, 0);
	PUT("sev", "notify7", 0, 7ull << 32, 0, 0, 0, 0, 0, 0);
	PUT("sev", "tid", 0, 10 | 4ull << 32, 0, 0, 0, 0, 0, 0);
	add("sev", "bad", WRONLY_FREE);
	add("sev", "edge-8", EDGE + 4088);
	PUT("sops", "0", 0, 0);
	PUT("sops", "max", 0x0000ffff, 0);
	add_bad_pointers("sops");
	return SWEEP(calls);
}
