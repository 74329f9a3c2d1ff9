/* prctl(PR_SET_MM), PR_GET_AUXV: where the parts of a program's memory are, as it says itself. */
#include "../show.h"
#include <sys/prctl.h>
#include <sys/resource.h>

#define p(o, a, b, c, d) syscall(SYS_prctl, o, a, b, c, d)
#define GET_AUXV 0x41555856

static unsigned long field(int n)
{
	static char line[4096];
	char *s;
	int fd = open("/proc/self/stat", O_RDONLY), len = read(fd, line, sizeof line - 1);

	close(fd);
	line[len] = 0;
	s = strrchr(line, ')') + 2;
	for (n -= 3; n; n--)
		s = strchr(s, ' ') + 1;
	return strtoul(s, NULL, 10);
}

static void fill(struct prctl_mm_map *m)
{
	memset(m, 0, sizeof *m);
	m->start_code = field(26), m->end_code = field(27), m->start_stack = field(28);
	m->start_data = field(45), m->end_data = field(46), m->start_brk = field(47);
	m->arg_start = field(48), m->arg_end = field(49), m->env_start = field(50), m->env_end = field(51);
	m->brk = (unsigned long)sbrk(0);
	m->exe_fd = -1;
}

static void cmdline(void)
{
	char b[64];
	int fd = open("/proc/self/cmdline", O_RDONLY), n = read(fd, b, sizeof b);

	close(fd);
	say("cmdline %d:", n);
	for (int i = 0; i < n; i++)
		say("%c", b[i] ? b[i] : '|');
	say("\n");
}

static void words(void)
{
	static const struct { int option, stat; const char *name; } w[] = {
		{ PR_SET_MM_START_CODE, 26, "start_code" }, { PR_SET_MM_END_CODE, 27, "end_code" }, { PR_SET_MM_START_DATA, 45, "start_data" },
		{ PR_SET_MM_END_DATA, 46, "end_data" }, { PR_SET_MM_START_STACK, 28, "start_stack" }, { PR_SET_MM_START_BRK, 47, "start_brk" },
		{ PR_SET_MM_ARG_START, 48, "arg_start" }, { PR_SET_MM_ARG_END, 49, "arg_end" }, { PR_SET_MM_ENV_START, 50, "env_start" },
		{ PR_SET_MM_ENV_END, 51, "env_end" },
	};

	for (unsigned i = 0; i < sizeof w / sizeof *w; i++) {
		unsigned long old = field(w[i].stat);

		show(w[i].name, p(PR_SET_MM, w[i].option, old - 1, 0, 0));
		say("moved %ld\n", (long)(field(w[i].stat) - old));
		show("back", p(PR_SET_MM, w[i].option, old, 0, 0));
		show("65535", p(PR_SET_MM, w[i].option, 65535, 0, 0));
		show("65536", p(PR_SET_MM, w[i].option, 65536, 0, 0));
		p(PR_SET_MM, w[i].option, old, 0, 0);
		show("top", p(PR_SET_MM, w[i].option, 0x7ffffffff000, 0, 0));
		show("below the top", p(PR_SET_MM, w[i].option, 0x7fffffffefff, 0, 0));
		p(PR_SET_MM, w[i].option, old, 0, 0);
		show("a4", p(PR_SET_MM, w[i].option, old, 1, 0));
		show("a5", p(PR_SET_MM, w[i].option, old, 0, 1));
	}
}

static void vector(void)
{
	unsigned long v[64], back[64];
	char proc[1024];
	int fd, n;

	memset(v, 0xaa, sizeof v);
	show("auxv", p(GET_AUXV, v, sizeof v, 0, 0));
	say("word 52 %s\n", v[52] == 0xaaaaaaaaaaaaaaaaul ? "as it was" : "changed");
	show("auxv, short", p(GET_AUXV, v, 8, 0, 0));
	show("auxv, none", p(GET_AUXV, NULL, 0, 0, 0));
	show("auxv, bad", p(GET_AUXV, 8, 8, 0, 0));
	show("auxv, a4", p(GET_AUXV, v, 8, 1, 0));
	memset(v, 0, sizeof v);
	v[0] = 99, v[1] = 77, v[2] = 6, v[3] = 4096;
	show("set", p(PR_SET_MM, PR_SET_MM_AUXV, v, 48, 0));
	p(GET_AUXV, back, sizeof back, 0, 0);
	say("%lu %lu %lu %lu %lu\n", back[0], back[1], back[2], back[3], back[4]);
	fd = open("/proc/self/auxv", O_RDONLY);
	n = read(fd, proc, sizeof proc);
	close(fd);
	say("proc shows %d\n", n);
	for (int i = 0; i < 64; i++)
		v[i] = i + 1;
	show("set too long", p(PR_SET_MM, PR_SET_MM_AUXV, v, 417, 0));
	show("set all", p(PR_SET_MM, PR_SET_MM_AUXV, v, 416, 0));
	p(GET_AUXV, back, sizeof back, 0, 0);
	say("%lu %lu %lu\n", back[49], back[50], back[51]);
	fd = open("/proc/self/auxv", O_RDONLY);
	n = read(fd, proc, sizeof proc);
	close(fd);
	say("proc shows %d\n", n);
	show("set none", p(PR_SET_MM, PR_SET_MM_AUXV, NULL, 0, 0));
	show("set bad", p(PR_SET_MM, PR_SET_MM_AUXV, 8, 8, 0));
}

static void whole(const char *who)
{
	static char args[] = "other\0words";
	struct prctl_mm_map m, bad;
	unsigned size = 0;
	struct rlimit r = { 4096, RLIM_INFINITY }, old;

	say("%s\n", who);
	show("size", p(PR_SET_MM, PR_SET_MM_MAP_SIZE, &size, 0, 0));
	say("%u\n", size);
	show("size, a4", p(PR_SET_MM, PR_SET_MM_MAP_SIZE, &size, 1, 0));
	show("size, bad", p(PR_SET_MM, PR_SET_MM_MAP_SIZE, 8, 0, 0));
	fill(&m);
	show("same", p(PR_SET_MM, PR_SET_MM_MAP, &m, sizeof m, 0));
	show("short", p(PR_SET_MM, PR_SET_MM_MAP, &m, sizeof m - 8, 0));
	show("bad", p(PR_SET_MM, PR_SET_MM_MAP, 8, sizeof m, 0));
	m.arg_start = (unsigned long)args;
	m.arg_end = m.arg_start + sizeof args;
	show("arguments", p(PR_SET_MM, PR_SET_MM_MAP, &m, sizeof m, 0));
	cmdline();
	bad = m, bad.end_code = bad.start_code;
	show("code empty", p(PR_SET_MM, PR_SET_MM_MAP, &bad, sizeof m, 0));
	bad = m, bad.end_data = bad.start_data;
	show("data empty", p(PR_SET_MM, PR_SET_MM_MAP, &bad, sizeof m, 0));
	bad = m, bad.brk = bad.start_brk - 1;
	show("heap reversed", p(PR_SET_MM, PR_SET_MM_MAP, &bad, sizeof m, 0));
	bad = m, bad.env_end = 8;
	show("environment low", p(PR_SET_MM, PR_SET_MM_MAP, &bad, sizeof m, 0));
	bad = m, bad.auxv_size = 16;
	show("auxv nowhere", p(PR_SET_MM, PR_SET_MM_MAP, &bad, sizeof m, 0));
	bad.auxv = (void *)8;
	show("auxv bad", p(PR_SET_MM, PR_SET_MM_MAP, &bad, sizeof m, 0));
	bad.auxv = (void *)&m, bad.auxv_size = 420;
	show("auxv long", p(PR_SET_MM, PR_SET_MM_MAP, &bad, sizeof m, 0));
	bad = m, bad.exe_fd = 77;
	show("exe no file", p(PR_SET_MM, PR_SET_MM_MAP, &bad, sizeof m, 0));
	bad.exe_fd = open("/proc/self/exe", O_RDONLY);
	show("exe in use", p(PR_SET_MM, PR_SET_MM_MAP, &bad, sizeof m, 0));
	close(bad.exe_fd);
	getrlimit(RLIMIT_DATA, &old);
	setrlimit(RLIMIT_DATA, &r);
	bad = m, bad.start_brk = bad.brk - 8192;
	show("data limit", p(PR_SET_MM, PR_SET_MM_MAP, &bad, sizeof m, 0));
	setrlimit(RLIMIT_DATA, &old);
}

int main(void)
{
	words();
	show("unknown 0", p(PR_SET_MM, 0, 65536, 0, 0));
	show("unknown 16", p(PR_SET_MM, 16, 65536, 0, 0));
	show("exe, no file", p(PR_SET_MM, PR_SET_MM_EXE_FILE, 77, 0, 0));
	show("exe, directory", p(PR_SET_MM, PR_SET_MM_EXE_FILE, open("/", O_RDONLY), 0, 0));
	show("exe, not executable", p(PR_SET_MM, PR_SET_MM_EXE_FILE, open("/tmp/plain", O_RDWR | O_CREAT, 0644), 0, 0));
	show("exe, old one mapped", p(PR_SET_MM, PR_SET_MM_EXE_FILE, open("/proc/self/exe", O_RDONLY), 0, 0));
	vector();
	whole("root");
	if (setresuid(1000, 1000, 1000))
		fatal("setresuid");
	prctl(PR_SET_DUMPABLE, 1);
	show("user: word", p(PR_SET_MM, PR_SET_MM_START_BRK, 65536, 0, 0));
	show("user: unknown", p(PR_SET_MM, 77, 65536, 0, 0));
	show("user: auxv", p(PR_SET_MM, PR_SET_MM_AUXV, 0, 0, 0));
	whole("user");
}
