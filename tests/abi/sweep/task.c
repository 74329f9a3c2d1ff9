/*
 * limit: 120
 * processes, identities and limits, swept (sweep.h).
 */
#include "world.h"

static const struct call calls[] = {
	{ "clone.bad", 56, T, "0x10000,0x800,0x10800,0x20200,0x10000200,0x110000 0 pbuf 0 0" },
	{ "clone3", 435, V|P, "clargs 88,64,80,0,63,87,96,4096,4097,-1" },
	{ "unshare", 272, X|T, "0,1,2,4,8,0x100,0x200,0x400,0x800,0x1000,0x10000,0x20000,0x40000,0x80000,0x100000,0x4000000,0x8000000,0x20000000,0x80000000,-1,0x20000200" },
	{ "setns", 308, X, "fd bits" },
	{ "wait4", 61, 0, "pid+-1 pbuf+0 bits+3 pbuf+0" },
	{ "waitid", 247, V, "int pid+pidfd pbuf+0 bits+4,6,8,0x0100000e pbuf+0" },
	{ "getpgid", 121, T|P, "pid" },
	{ "setpgid", 109, D|T, "pid pid" },
	{ "getsid", 124, T|P, "pid" },
	{ "setsid", 112, X|T|P, "0" },
	{ "setuid", 105, X|T, "ids" },
	{ "setgid", 106, X|T, "ids" },
	{ "setreuid", 113, X|T, "ids ids" },
	{ "setregid", 114, X|T, "ids ids" },
	{ "setresuid", 117, X|T, "ids ids ids" },
	{ "setresgid", 119, X|T, "ids ids ids" },
	{ "getresuid", 118, T, "pbuf pbuf pbuf" },
	{ "getresgid", 120, T, "pbuf pbuf pbuf" },
	{ "setfsuid", 122, T, "ids" },
	{ "setfsgid", 123, T, "ids" },
	{ "getgroups", 115, T, "0,1,2,-1,65536,0x100000000 buf" },
	{ "setgroups", 116, X|T, "0,1,2,-1,65536,65537,0x100000000 buf" },
	{ "capget", 125, T|V, "caph buf+0" },
	{ "capset", 126, X|T, "caph capd" },
	{ "personality", 135, X|T, "bits+0xffffffff,0x0040000,0x0008" },
	{ "uname", 63, V|T, "buf" },
	{ "sethostname", 170, X|N, "pbuf+nm len+64,65" },
	{ "setdomainname", 171, X|N, "pbuf+nm len+64,65" },
	{ "getrlimit", 97, V|T, "int+12,13,14,15,16,17 buf" },
	{ "setrlimit", 160, X|T, "int+12,13,14,15,16,17 rlim" },
	{ "prlimit64", 302, X|V|T, "pid int+12,13,14,15,16,17 rlim+0 pbuf+0" },
	{ "getrusage", 98, V|T, "int buf" },
	{ "sysinfo", 99, V|T, "buf" },
	{ "getpriority", 140, T, "0,3,4,-1,0x80000000,0x100000000 pid" },
	{ "setpriority", 141, X|T, "0,3,4,-1,0x80000000,0x100000000 pid int+19,20,-19,-20,-21" },
	{ "sched_setparam", 142, X|T, "pid schp" },
	{ "sched_getparam", 143, T, "pid buf" },
	{ "sched_setscheduler", 144, X|T, "pid int+0x40000000,0x40000001,0x40000002 schp" },
	{ "sched_getscheduler", 145, T, "pid" },
	{ "sched_get_priority_max", 146, T, "int" },
	{ "sched_get_priority_min", 147, T, "int" },
	{ "sched_rr_get_interval", 148, V|T, "pid buf" },
	{ "sched_setaffinity", 203, T, "pid small+4,128,1024 pbuf+ulong" },
	{ "sched_getaffinity", 204, V|P|T, "pid small+4,128,1024 pbuf" },
	{ "sched_setattr", 314, X|T, "pid sattr 0,1,-1" },
	{ "sched_getattr", 315, V|T, "pid pbuf 48,0,47,56,4096,4097,-1,64 0,1" },
	{ "getcpu", 309, V|T, "buf+0 buf+0 0,1" },
	{ "kcmp", 312, V|P, "pid pid int fd fd" },
	{ "prctl", 157, D|V, "prc int+pbuf 0,1,2,-1 0,1 0,1" },
	{ "prctl.seccomp", 157, X, "22 0,1,2,3,-1 pbuf 0,1 0" },
	{ "prctl.cap", 157, X|T, "23,24,47 0,1,2,3,4,5 int+39,40,41 0,1 0,1" },
	{ "arch_prctl", 158, X|V|T, "0x1001,0x1003,0x1004,0x1011,0x1012,0x2001,0x4001,0,-1 pbuf+0" },
	{ "seccomp", 317, X, "int+100 bits pbuf+prog+ulong" },
	{ "syslog", 103, V|U, "0,1,2,4,5,6,7,8,9,11,-1 pbuf 0,1,-1,100" },
	{ "reboot", 169, U|T, "0xfee1dead,0,-1 0x28121969,85072278,1 0x89abcdef,0,0x1234567 0" },
	{ "ptrace", 101, V|T, "int+0x4200,0x4201,0x4202,0x4203,0x4206,0x4207,0x4208,0x4209,0x420a,0x420b,0x420c,0x420d,0x420e,12,13,14,15,16,17,18,24,31,32,33 pid pbuf pbuf" },
	{ "execve", 59, X, "fewpath argv+0 argv+0" },
	{ "execveat", 322, X, "dfd fewpath argv 0 bits" },
	{ "rseq", 334, X|V|T, "rs 32,0,31,33,64 0,1,2,-1 0x53053053,0" },
	{ "ioprio_get", 252, T, "1,0,4,-1,0x100000001 pid" },
	{ "ioprio_set", 251, D|T, "1,0,4,-1,0x100000001 pid int+0x2000,0x2004,0x4000,0x6000,0x8000" },
	{ "umask", 95, T, "bits" },
};

int main(int argc, char **argv)
{
	values_make();
	add("pidfd", "pidfd", FD_pidfd);
	static const uint32_t ids[] = { 0, 65534, 1, 65535, 0xffffffff, 0x7fffffff, 0xfffffffe };
	for (unsigned i = 0; i < 7; i++) {
		char n[16];
		snprintf(n, 16, "%#x", ids[i]);
		add("ids", n, ids[i]);
	}
	add("ids", "1|1<<32", 1 | 1ull << 32);
	PUT("caph", "v3", 0x20080522, 0);
	PUT("caph", "v2", 0x20071026, 0);
	PUT("caph", "v1", 0x19980330, 0);
	PUT("caph", "v0", 0, 0);
	PUT("caph", "v3,other", 0x20080522 | 4000000ull << 32, 0);
	PUT("caph", "v3,neg", 0x20080522 | 0xffffffffull << 32, 0);
	add_bad_pointers("caph");
	PUT("capd", "none", 0, 0, 0);
	PUT("capd", "all", -1, -1, -1);
	PUT("capd", "eff", 0xff, 0, 0);
	PUT("capd", "perm", 0xffull << 32, 0, 0);
	PUT("capd", "inh", 0, 0xff, 0);
	add_bad_pointers("capd");
	PUT("rlim", "100,100", 100, 100);
	PUT("rlim", "200,100", 200, 100);
	PUT("rlim", "inf", -1, -1);
	PUT("rlim", "0,inf", 0, -1);
	PUT("rlim", "big", 1ull << 62, 1ull << 62);
	PUT("rlim", "0,4096", 0, 4096);
	add_bad_pointers("rlim");
	PUT("schp", "0", 0);
	PUT("schp", "1", 1);
	PUT("schp", "99", 99);
	PUT("schp", "100", 100);
	PUT("schp", "-1", -1);
	add_bad_pointers("schp");
#define SA(size, pol, flags, nice, prio) size | (uint64_t)(pol) << 32, flags, (uint32_t)(nice) | (uint64_t)(prio) << 32
	PUT("sattr", "other", SA(48, 0, 0, 0, 0), 0, 0, 0);
	PUT("sattr", "fifo", SA(48, 1, 0, 0, 1), 0, 0, 0);
	PUT("sattr", "fifo0", SA(48, 1, 0, 0, 0), 0, 0, 0);
	PUT("sattr", "nice5", SA(48, 0, 0, 5, 0), 0, 0, 0);
	PUT("sattr", "nice-5", SA(48, 0, 0, -5, 0), 0, 0, 0);
	PUT("sattr", "nice99", SA(48, 0, 0, 99, 0), 0, 0, 0);
	PUT("sattr", "size0", SA(0, 0, 0, 0, 0), 0, 0, 0);
	PUT("sattr", "size47", SA(47, 0, 0, 0, 0), 0, 0, 0);
	PUT("sattr", "size56", SA(56, 0, 0, 0, 0), 0, 0, 0, 0);
	PUT("sattr", "size64", SA(64, 0, 0, 0, 0), 0, 0, 0, 0, 5);
	PUT("sattr", "util", SA(56, 0, 0x60, 0, 0), 0, 0, 0, 512ull << 32);
	PUT("sattr", "keep", SA(48, 0, 0x18, 0, 0), 0, 0, 0);
	PUT("sattr", "reset", SA(48, 1, 1, 0, 5), 0, 0, 0);
	PUT("sattr", "badflag", SA(48, 0, 0x80, 0, 0), 0, 0, 0);
	PUT("sattr", "batch", SA(48, 3, 0, 0, 0), 0, 0, 0);
	PUT("sattr", "idle", SA(48, 5, 0, 0, 0), 0, 0, 0);
	PUT("sattr", "pol4", SA(48, 4, 0, 0, 0), 0, 0, 0);
	PUT("sattr", "pol7", SA(48, 7, 0, 0, 0), 0, 0, 0);
	PUT("sattr", "prio-other", SA(48, 0, 0, 0, 3), 0, 0, 0);
	PUT("sattr", "huge", SA(5000, 0, 0, 0, 0), 0, 0, 0);
	add_bad_pointers("sattr");
	for (unsigned i = 1; i < 76; i++) {
		char n[8];
		snprintf(n, 8, "p%u", i);
		if (i != 22 && i != 23 && i != 24 && i != 35 && i != 47 && i != 1)
			add("prc", n, i);
	}
	PUT("prog", "1", 1, ARENA);
	PUT("prog", "0", 0, ARENA);
	PUT("prog", "4097", 4097, ARENA);
	PUT("prog", "bad", 1, WRONLY_FREE);
	uint64_t ret = PUT(NULL, "", 0x7fff000000000006);
	PUT("prog", "allow", 1, ret);
	PUT("ulong", "0", 0);
	PUT("ulong", "kill", 0x80000000);
	PUT("ulong", "killthread", 0);
	PUT("ulong", "allow", 0x7fff0000);
	PUT("ulong", "log", 0x7ffc0000);
	PUT("ulong", "bad", 0x12340000);
	put_name("nm", "host", "host");
	uint64_t str = put(NULL, "", "arg\0\0\0\0", 8);
	PUT("argv", "1", str, 0);
	PUT("argv", "0", 0);
	PUT("argv", "bad", WRONLY_FREE, 0);
	PUT("argv", "kernel", 0xffff888000000000, 0);
	PUT("argv", "noend", STR_EDGE, 0);
	add("argv", "edge-8", EDGE + 4088);
	add("argv", "badp", WRONLY_FREE);
	add("argv", "kernelp", 0xffff888000000000);
	add("rs", "ok", ARENA + 0);
	add("rs", "odd", ARENA + 8);
	add("rs", "NULL", 0);
	add("rs", "kernel", 0xffff888000000000);
	add("rs", "unmapped", WRONLY_FREE);
	/* clone_args: flags pidfd child_tid parent_tid exit_signal stack stack_size tls set_tid set_tid_size cgroup */
	PUT("clargs", "0", 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0);
	PUT("clargs", "sig0", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	PUT("clargs", "sig65", 0, 0, 0, 0, 65, 0, 0, 0, 0, 0, 0, 0);
	PUT("clargs", "sig-1", 0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0);
	PUT("clargs", "thread", 0x10000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	PUT("clargs", "thread17", 0x10f00, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0);
	PUT("clargs", "detached", 0x400000, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0);
	PUT("clargs", "csignal", 0x11, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0);
	PUT("clargs", "stack0", 0, 0, 0, 0, 17, ARENA, 0, 0, 0, 0, 0, 0);
	PUT("clargs", "size", 0, 0, 0, 0, 17, 0, 4096, 0, 0, 0, 0, 0);
	PUT("clargs", "kstack", 0, 0, 0, 0, 17, 0xffff888000000000, 4096, 0, 0, 0, 0, 0);
	PUT("clargs", "pidfd", 0x1000, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0);
	PUT("clargs", "pidfdbad", 0x1000, WRONLY_FREE, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0);
	PUT("clargs", "settid", 0, 0, 0, 0, 17, 0, 0, 0, 0, 1, 0, 0);
	PUT("clargs", "settid33", 0, 0, 0, 0, 17, 0, 0, 0, ARENA, 33, 0, 0);
	PUT("clargs", "settid0", 0, 0, 0, 0, 17, 0, 0, 0, ARENA, 1, 0, 0);
	PUT("clargs", "cgroup", 0x200000000, 0, 0, 0, 17, 0, 0, 0, 0, 0, -1, 0);
	PUT("clargs", "clearhand", 0x100000000, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0);
	PUT("clargs", "clear+share", 0x100000900, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0);
	PUT("clargs", "bad40", 1ull << 40, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0);
	PUT("clargs", "newuser+fs", 0x10000200, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0);
	PUT("clargs", "extra", 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 1);
	add_bad_pointers("clargs");
	return SWEEP(calls);
}
