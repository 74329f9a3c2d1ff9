/*
 * limit: 120
 * signals, clocks, timers and futexes, swept (sweep.h).
 */
#include "world.h"

static const struct call calls[] = {
	{ "rt_sigaction", 13, D|T, "nums sact pbuf+0 setsize" },
	{ "rt_sigprocmask", 14, T, "0,1,2,3,-1,0x100000000 set+0 pbuf+0 setsize" },
	{ "rt_sigpending", 127, T, "pbuf 8,0,4,9,16,-1" },
	{ "rt_sigtimedwait", 128, V|T, "set+0 pbuf+0 ts setsize" },
	{ "rt_sigqueueinfo", 129, T, "pid nums info" },
	{ "rt_tgsigqueueinfo", 297, T, "pid pid nums info" },
	{ "rt_sigsuspend", 130, T, "edge,NULL,kernel setsize" },
	{ "sigaltstack", 131, X|T, "sstk pbuf+0" },
	{ "kill", 62, T, "self,none,nnone,min,max nums" },
	{ "tkill", 200, T, "pid nums" },
	{ "tgkill", 234, T, "pid pid nums" },
	{ "pidfd_send_signal", 424, 0, "pidfd,fewfd,proc nums info+0 bits" },
	{ "pidfd_open", 434, F, "pid bits" },
	{ "pidfd_getfd", 438, F, "pidfd,fewfd fd bits" },
	{ "alarm", 37, T|V|P, "0,100,-1" },
	{ "getitimer", 36, V|T, "int buf" },
	{ "setitimer", 38, V|T, "int itv pbuf+0" },
	{ "nanosleep", 35, V|T, "ts pbuf+0" },
	{ "clock_nanosleep", 230, V|T, "0,1,3,4,5,6,7,8,9,10,11,12,13,16,63,64,-1,-2,-6,-7,-14,0x7fffffff,0x80000000,0x100000001 bits+0,1 ts pbuf+0" },
	{ "clock_nanosleep.cpu", 230, V|T, "2,-14,-13,-16,0x100000002,-6,-7,-22,-100 0,1,2,3,-1 nap pbuf+0" },
	{ "clock_gettime", 228, V|T, "nums+int+-5,-6,-7,-13,-14,-22 buf" },
	{ "clock_getres", 229, T, "nums+int+-5,-6,-7,-13,-14,-22,-8 buf+0" },
	{ "clock_settime", 227, V|T|U, "nums+int ts" },
	{ "clock_settime.bad", 227, V|T|R, "1,2,3,4,5,6,7,8,9,10,11,12,-1,-6 ts" },
	{ "gettimeofday", 96, V|T, "buf+0 buf+0" },
	{ "settimeofday", 164, V|T|U, "itv+0 pbuf+0" },
	{ "time", 201, V|P|T, "buf+0" },
	{ "times", 100, V|P|T, "buf+0" },
	{ "timer_create", 222, V|D|T, "int+nums sev pbuf" },
	{ "timer_settime", 223, V|T, "int bits itv pbuf" },
	{ "timer_gettime", 224, V|T, "int buf" },
	{ "timer_getoverrun", 225, V|T, "int" },
	{ "timer_delete", 226, V|T, "int" },
	{ "adjtimex", 159, V|T, "NULL,kernel,tmx" },
	{ "clock_adjtime", 305, V|T, "1,2,3,4,5,6,7,8,9,10,11,12,13,-1,-2,-3,-4,-5,-6,-13,0x80000000 NULL,kernel,tmx" },
	{ "futex", 202, T|V, "fut nums+128,129,131,132,133,137,138,256,257,265,0x189,0x180,-1 0,1,-1 ts+0 fut+0 0,1,-1" },
	{ "futex.wake", 202, T|V, "fut 1,3,4,5,10 int int fut 0,1,-1" },
	{ "set_robust_list", 273, T, "buf 24,0,23,25,-1,0x100000018" },
	{ "get_robust_list", 274, T|V, "pid pbuf pbuf" },
	{ "restart_syscall", 219, T, "0" },
	{ "set_tid_address", 218, T|P, "buf" },
};

int main(int argc, char **argv)
{
	values_make();
	add("self", "self", SELF), add("none", "none", 4000000), add("nnone", "nnone", -4000000ul);
	add("min", "min", -2147483648ul), add("max", "max", 0x7fffffff);
	add("pidfd", "pidfd", FD_pidfd), add("proc", "proc", FD_proc);
	add("edge", "edge", EDGE + 4090), add("NULL", "NULL", 0), add("kernel", "kernel", 0xffff888000000000);
	add("sact", "NULL", 0);
	PUT("sact", "dfl", 0, 0, 0, 0);
	PUT("sact", "ign", 1, 0, 0, 0);
	PUT("sact", "flags", 0x10001, -1, 0x10002, -1);
	PUT("sact", "unsup", 0x10001, 0x400, 0x10002, 0);
	PUT("sact", "hi", 0x10001, 0x04000000ffffffff, 0x10002, 0x100);
	add("sact", "bad", WRONLY_FREE), add("sact", "edge-16", EDGE + 4080);
	PUT("info", "queue", (uint64_t)0 << 32 | 10, (uint32_t)-1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	PUT("info", "user", 10, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	PUT("info", "kernel", 10, 0x80, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	PUT("info", "tkill", 10, (uint32_t)-6, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	PUT("info", "zero", 0, (uint32_t)-1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	PUT("info", "junk", 10, (uint32_t)-1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
	PUT("info", "junkcode", 10, (uint32_t)-77, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
	add_bad_pointers("info");
	add("sstk", "NULL", 0);
	PUT("sstk", "ok", ARENA, 0, 8192);
	PUT("sstk", "small", ARENA, 0, 2047);
	PUT("sstk", "2048", ARENA, 0, 2048);
	PUT("sstk", "disable", ARENA, 2, 5);
	PUT("sstk", "onstack", ARENA, 1, 8192);
	PUT("sstk", "3", ARENA, 3, 8192);
	PUT("sstk", "autodis", ARENA, 0x80000000, 8192);
	PUT("sstk", "autodis|2", ARENA, 0x80000002, 8192);
	PUT("sstk", "bad", ARENA, 4, 8192);
	PUT("sstk", "huge", ARENA, 0, -1);
	PUT("sstk", "null", 0, 0, 8192);
	add("sstk", "badp", WRONLY_FREE), add("sstk", "edge-16", EDGE + 4080);
	PUT("itv", "0", 0, 0, 0, 0);
	PUT("itv", "1000", 0, 0, 1000, 0);
	PUT("itv", "1e6", 0, 1000000, 1000, 0);
	PUT("itv", "1e6v", 0, 0, 1000, 1000000);
	PUT("itv", "1e9v", 0, 0, 1000, 1000000000);
	PUT("itv", "neg", 0, 0, -1, 0);
	PUT("itv", "negi", -1, 0, 1000, 0);
	PUT("itv", "negu", 0, -1, 1000, 0);
	add_bad_pointers("itv");
	add("sev", "NULL", 0);
	PUT("sev", "signal", 0, 10, 0, 0, 0, 0, 0, 0);
	PUT("sev", "none", 0, 10 | 1ull << 32, 0, 0, 0, 0, 0, 0);
	PUT("sev", "thread", 0, 10 | 2ull << 32, 0, 0, 0, 0, 0, 0);
	PUT("sev", "sig65", 0, 65, 0, 0, 0, 0, 0, 0);
	PUT("sev", "sig0", 0, 0, 0, 0, 0, 0, 0, 0);
	PUT("sev", "none0", 0, 1ull << 32, 0, 0, 0, 0, 0, 0);
	PUT("sev", "notify7", 0, 10 | 7ull << 32, 0, 0, 0, 0, 0, 0);
	PUT("sev", "tid0", 0, 10 | 4ull << 32, 0, 0, 0, 0, 0, 0);
	add("sev", "bad", WRONLY_FREE);
	add("sev", "edge-8", EDGE + 4088);
	/* Of CPU time: a tick may end a sleep that is over, so none is short but for 0. */
	PUT("nap", "100s", 100, 0);
	PUT("nap", "0", 0, 0);
	PUT("nap", "-1ns", 0, -1);
	PUT("nap", "1e9", 0, 1000000000);
	PUT("nap", "max", ~0ull >> 1, 0);
	add("nap", "NULL", 0), add("nap", "edge-8", EDGE + 4088);
	PUT("fut", "0", 0);
	PUT("fut", "1", 1);
	PUT("fut", "-1", -1);
	add("fut", "odd", ARENA + 1);
	add("fut", "2", ARENA + 2);
	add("fut", "rdonly", RDONLY);
	add("fut", "edge-4", EDGE + 4092);
	add_bad_pointers("fut");
	for (unsigned i = 16; i < 20; i++) {
		char n[16];
		uint64_t t[26] = { 1u << i };
		snprintf(n, 16, "%#x", 1 << i);
		put("tmx", n, t, 208);
	}
	return SWEEP(calls);
}
