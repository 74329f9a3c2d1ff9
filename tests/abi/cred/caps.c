/* capget(2), capset(2): versions, whom, what may grow. */
#include "ids.h"

int main(void)
{
	struct __user_cap_header_struct h = { 0, 0 };
	struct __user_cap_data_struct d[2];
	char *edge = page_edge();
	struct caps c;

	show("unknown version", syscall(SYS_capget, &h, d));
	say("version %#x\n", h.version);
	h.version = 0;
	show("unknown version, no data", syscall(SYS_capget, &h, NULL));
	h.version = 5;
	show("set, unknown version", syscall(SYS_capset, &h, d));
	say("version %#x\n", h.version);
	h.version = _LINUX_CAPABILITY_VERSION_1;
	memset(d, 0x55, sizeof d);
	show("version 1", syscall(SYS_capget, &h, d));
	say("%#x %#x %#x; second %#x\n", d[0].effective, d[0].permitted, d[0].inheritable, d[1].effective);
	h.version = _LINUX_CAPABILITY_VERSION_2;
	show("version 2", syscall(SYS_capget, &h, d));
	say("%#x %#x %#x; second %#x\n", d[0].effective, d[0].permitted, d[0].inheritable, d[1].effective);
	show("of init", caps_get(1, &c));
	show("of nobody", caps_get(4000000, &c));
	show("of -1", caps_get(-1, &c));
	show("bad header", syscall(SYS_capget, edge, d));
	h.version = _LINUX_CAPABILITY_VERSION_3;
	show("bad data", syscall(SYS_capget, &h, edge));
	show("no data", syscall(SYS_capget, &h, NULL));
	h.pid = 1;
	show("set another's", syscall(SYS_capset, &h, d));
	h.pid = 0;
	show("set, bad data", syscall(SYS_capset, &h, edge));
	caps("start");
	show("effective beyond permitted", caps_set(~0ull, CAP(CAP_KILL), 0));
	show("unknown bits are dropped", caps_set(CAP(CAP_KILL) | CAP(63), CAP(CAP_KILL) | CAP(CAP_CHOWN) | CAP(CAP_SETPCAP) | CAP(63), CAP(CAP_KILL)));
	caps("now");
	show("raise permitted", caps_set(CAP(CAP_KILL), CAP(CAP_KILL) | CAP(CAP_SYS_ADMIN), CAP(CAP_KILL)));
	show("raise effective within", caps_set(CAP(CAP_KILL) | CAP(CAP_CHOWN) | CAP(CAP_SETPCAP), CAP(CAP_KILL) | CAP(CAP_CHOWN) | CAP(CAP_SETPCAP), CAP(CAP_KILL)));
	show("inheritable beyond permitted, with SETPCAP", caps_set(CAP(CAP_KILL), CAP(CAP_KILL) | CAP(CAP_CHOWN), CAP(CAP_KILL) | CAP(CAP_SYS_NICE)));
	caps("now");
	show("the same without SETPCAP", caps_set(CAP(CAP_KILL), CAP(CAP_KILL) | CAP(CAP_CHOWN), CAP(CAP_KILL) | CAP(CAP_SYS_TIME)));
	show("ambient, not inheritable", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
	show("ambient", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0));
	show("ambient 64", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 64, 0, 0));
	show("ambient, odd rest", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 1, 0));
	show("ambient, unknown", prctl(PR_CAP_AMBIENT, 9, 0, 0, 0));
	caps("now");
	show("bounding drop without SETPCAP", prctl(PR_CAPBSET_DROP, CAP_KILL));
	show("bounding read 64", prctl(PR_CAPBSET_READ, 64));
	show("drop all", caps_set(0, 0, 0));
	caps("ambient goes with them");
}
