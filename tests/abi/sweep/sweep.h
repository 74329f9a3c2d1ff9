/*
 * sweep.h - every call with every combination of a few values per argument.
 *
 * A call is a row: its name, its number and one word per argument that names
 * the values to be tried ("fd", "buf", "len", "bits", "0,1,-1" or a sum of such
 * with +). All combinations run when they are at most the limit, else all pairs
 * with the others at their first value, and then a fixed random choice. For
 * each case the result, and the words of the arena that changed, go to a hash;
 * one line per call is printed. With -v the cases themselves are printed, to
 * be compared by diff between two kernels.
 *
 * The cases of one call run in a child, in order, in a world of files,
 * descriptors and memory that world_make() makes anew for each child. After a
 * success that changes the world (flag D) the next case has a new child. The
 * parent watches: a case that blocks gets SIGALRM, whose handler restarts
 * nothing, so that the call ends in EINTR; one that stays gets SIGKILL. A
 * child that dies or stops is a result like others.
 */
#ifndef SWEEP_H
#define SWEEP_H

#include "../show.h"
#include <sched.h>
#include <sys/prctl.h>

enum {
	D = 1,          /* successes change the world: new child after eight */
	X = 512,        /* a new child after each success                    */
	F = 2,          /* returns a descriptor, which is closed at once     */
	V = 4,          /* memory varies (times, numbers): not compared      */
	P = 8,          /* the value returned varies: only its sign          */
	N = 16,         /* in a name space of mounts, UTS and IPC of its own */
	B = 32,         /* a new child after each case, errors included      */
	R = 64,         /* as root only                                      */
	U = 128,        /* as nobody only                                    */
	H = 2048,       /* by hand only: runs when it is named               */
	M = 1024,       /* eight pages at MAPPED                             */
	T = 256,        /* the world is not made: memory only                */
};

struct value {
	char name[28];
	uint64_t v;
};

struct kind {
	const char *name;
	struct value *values;
	unsigned nr;
};

struct call {
	const char *name;
	int nr;
	unsigned flags;
	const char *args;
};

/* The memory that calls read and write: pages, with nothing mapped around each group. */
#define ARENA 0x20000000ul
#define ARENA_PAGES 4
#define EDGE (ARENA + 0x100000)          /* one page, then a hole       */
#define RDONLY (ARENA + 0x200000)
#define WRONLY_FREE (ARENA + 0x300000)   /* never mapped                */
#define STR_EDGE (ARENA + 0x400000)      /* text up to the hole         */
#define NAMES (ARENA + 0x600000)         /* path names, never compared  */
#define SELF 0x5e1f5e1f                  /* stands for the pid           */
#define GATE (ARENA + 0x700000)          /* code: the handler of SIGALRM, the way back from it */
#define MAPPED (ARENA + 0x800000)        /* what mmap and its kin play with */

static uint8_t master[ARENA_PAGES * 4096];
static unsigned master_used = 1024;
static char names[8192];
static unsigned names_used;
static struct kind kinds[160];
static unsigned nr_kinds;

struct shared {
	volatile unsigned next;          /* the case that runs              */
	volatile unsigned is_running;
	volatile unsigned aim;           /* the case that SIGALRM is meant for */
	uint64_t hash;
	unsigned text_used;
	char text[1 << 20];
};
static struct shared *shared;
static bool is_verbose;
static unsigned limit = 150;              /* cases of a call; and children for it: a call that changes the world again and again ends early */
static unsigned children_max = 8;
static int out_fd = 1;
static pid_t self;

static struct kind *kind_get(const char *name, unsigned len)
{
	for (unsigned i = 0; i < nr_kinds; i++)
		if (strlen(kinds[i].name) == len && !memcmp(kinds[i].name, name, len))
			return &kinds[i];
	return NULL;
}

static void add(const char *kind, const char *name, uint64_t v)
{
	struct kind *k = kind_get(kind, strlen(kind));

	if (!k) {
		k = &kinds[nr_kinds++];
		k->name = kind;
		k->values = malloc(sizeof *k->values * 160);
	}
	snprintf(k->values[k->nr].name, sizeof k->values->name, "%s", name);
	k->values[k->nr++].v = v;
}

/* Put bytes into the arena and make their address a value of the kind. */
static uint64_t put(const char *kind, const char *name, const void *bytes, unsigned len)
{
	uint64_t at = ARENA + master_used;

	if (master_used + len > sizeof master)
		fatal("arena");
	memcpy(master + master_used, bytes, len);
	master_used = (master_used + len + 7) & ~7u;
	if (kind)
		add(kind, name, at);
	return at;
}

static uint64_t put_name(const char *kind, const char *name, const char *path)
{
	uint64_t at = NAMES + names_used;

	if (names_used + strlen(path) + 1 > sizeof names)
		fatal("names");
	strcpy(names + names_used, path);
	names_used += strlen(path) + 1;
	if (kind)
		add(kind, name, at);
	return at;
}
#define PUT(kind, name, ...) \
	put(kind, name, (uint64_t[]){ __VA_ARGS__ }, sizeof (uint64_t[]){ __VA_ARGS__ })

/* The addresses that every pointer argument gets. */
static void add_bad_pointers(const char *kind)
{
	add(kind, "NULL", 0);
	add(kind, "unmapped", WRONLY_FREE);
	add(kind, "edge-1", EDGE + 4095);
	add(kind, "edge-8", EDGE + 4088);
	add(kind, "kernel", 0xffff888000001000);
}

static void add_worse_pointers(const char *kind)
{
	add_bad_pointers(kind);
	add(kind, "1", 1);
	add(kind, "rdonly", RDONLY);
	add(kind, "edge-4", EDGE + 4092);
	add(kind, "edge-16", EDGE + 4080);
	add(kind, "top-8", 0x7fffffffeff8);
	add(kind, "noncanon", 0x800000000000);
	add(kind, "-1", -1ul);
	add(kind, "text", 0xffffffff81000000);
}

static void number(struct value *v, const char *text, unsigned len)
{
	char word[24] = "";
	snprintf(word, sizeof word, "%.*s", (int)len, text);
	snprintf(v->name, sizeof v->name, "%s", word);
	v->v = strtoull(word, NULL, 0);
	if (word[0] == '-')
		v->v = -strtoull(word + 1, NULL, 0);
}

/* The values that a word of a call's row names. */
static unsigned parse_kind(const char *word, unsigned len, struct value *out)
{
	unsigned nr = 0;

	for (unsigned i = 0; i < len;) {
		unsigned n = 0;
		struct kind *k;

		while (i + n < len && word[i + n] != '+' && word[i + n] != ',')
			n++;
		if ((word[i] >= '0' && word[i] <= '9') || word[i] == '-')
			number(&out[nr++], word + i, n);
		else if ((k = kind_get(word + i, n))) {
			memcpy(out + nr, k->values, k->nr * sizeof *out);
			nr += k->nr;
		} else
			fatal("no kind %.*s", (int)n, word + i);
		if (nr > 250)
			fatal("too many values");
		i += n + 1;
	}
	return nr;
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h ^= v;
	h *= 0x9e3779b97f4a7c15;
	return h ^ (h >> 29);
}

struct plan {
	const struct call *call;
	unsigned nr_args, nr_cases;
	struct value *values[6];
	unsigned nr[6];
	uint8_t (*cases)[6];
};

static void plan_case(struct plan *p, const uint8_t *pick)
{
	memcpy(p->cases[p->nr_cases++], pick, 6);
}

static void plan_make(struct plan *p, const struct call *c)
{
	const char *s = c->args;
	uint64_t total = 1, h = c->nr * 977 + 5;
	uint8_t pick[6] = { 0 };
	static struct value room[6][256];

	memset(p, 0, sizeof *p);
	p->call = c;
	while (*s) {
		unsigned n = strcspn(s, " ");
		p->values[p->nr_args] = room[p->nr_args];
		p->nr[p->nr_args] = parse_kind(s, n, room[p->nr_args]);
		total *= p->nr[p->nr_args++];
		s += n + (s[n] == ' ');
	}
	p->cases = malloc((total < limit ? total : 60000 + limit) * 6 + 6);
	if (total <= limit) {
		for (uint64_t i = 0; i < total; i++) {
			uint64_t left = i;
			for (unsigned a = p->nr_args; a--; left /= p->nr[a])
				pick[a] = left % p->nr[a];
			plan_case(p, pick);
		}
		return;
	}
	for (unsigned a = 0; a < p->nr_args && p->nr_cases < 50000; a++) {
		memset(pick, 0, 6);
		for (unsigned i = a != 0; i < p->nr[a]; i++) {
			pick[a] = i;
			plan_case(p, pick);
		}
	}
	while (p->nr_cases < limit) {
		for (unsigned a = 0; a < p->nr_args; a++) {
			h = mix(h, a + 77);
			/* half of the arguments good, so that not every case fails at once */
			pick[a] = (h >> 40 & 1) ? 0 : (h >> 12) % p->nr[a];
			if (pick[a] == 0 && p->nr[a] > 1 && (h >> 41 & 1))
				pick[a] = 1;
		}
		plan_case(p, pick);
	}
}

__attribute__((format(printf, 1, 2)))
static void text(const char *fmt, ...)
{
	va_list ap;

	if (!is_verbose)
		return;
	va_start(ap, fmt);
	int n = vsnprintf(shared->text + shared->text_used, sizeof shared->text - shared->text_used, fmt, ap);
	va_end(ap);
	if (shared->text_used + n < sizeof shared->text)
		shared->text_used += n;
}

static void text_flush(void)
{
	for (unsigned done = 0; done < shared->text_used;) {
		long n = write(out_fd, shared->text + done, shared->text_used - done);
		if (n <= 0)
			break;
		done += n;
	}
	shared->text_used = 0;
}

/* The call itself; a child that it makes ends at once, without touching a stack. */
static long raw(long nr, const uint64_t *a)
{
	register long r10 asm("r10") = a[3];
	register long r8 asm("r8") = a[4];
	register long r9 asm("r9") = a[5];
	long ret;
	bool forks = nr == 56 || nr == 57 || nr == 58 || nr == 435;

	asm volatile("syscall\n\t"
		     "test %%rax, %%rax\n\t jnz 1f\n\t"
		     "test %b[forks], %b[forks]\n\t jz 1f\n\t"
		     "mov $60, %%eax\n\t xor %%edi, %%edi\n\t syscall\n1:"
		     : "=a"(ret)
		     : "a"(nr), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9), [forks] "b"(forks)
		     : "rcx", "r11", "memory");
	return ret;
}

static void world_make(bool is_nobody, unsigned flags);
static void world_prepare(void);

static volatile unsigned signals_seen[65];
static void on_signal(int sig) { signals_seen[sig]++; }

static void compare_memory(unsigned flags, long ret)
{
	const uint64_t *was = (void *)master, *is = (void *)ARENA;
	unsigned shown = 0;

	for (unsigned i = 0; i < master_used / 8; i++) {
		if (was[i] == is[i])
			continue;
		if (!(flags & V)) {
			uint64_t w = is[i];
			shared->hash = mix(mix(shared->hash, i), w);
			if (shown++ < 5)
				text(" +%x=%lx", i * 8, w);
		}
		((uint64_t *)ARENA)[i] = was[i];
	}
	is = (void *)EDGE;
	for (unsigned i = 508; i < 512; i++)
		if (is[i] != 0x6565656565656565) {
			if (!(flags & V) && ret >= 0) {         /* how much of a failed copy arrived does not matter */
				shared->hash = mix(mix(shared->hash, 4096 + i), is[i]);
				text(" edge+%x=%lx", i * 8, is[i]);
			}
			((uint64_t *)EDGE)[i] = 0x6565656565656565;
		}
}

static unsigned changes;
static volatile bool is_stray;

static void run_case(const struct plan *p, unsigned i)
{
	uint64_t a[6] = { 0 };
	const uint8_t *pick = p->cases[i];
	unsigned flags = p->call->flags;

	for (unsigned k = 0; k < p->nr_args; k++)
		a[k] = p->values[k][pick[k]].v == SELF ? (uint64_t)self : p->values[k][pick[k]].v;
	text("%s(", p->call->name);
	for (unsigned k = 0; k < p->nr_args; k++)
		text("%s%s", k ? ", " : "", p->values[k][pick[k]].name);
	long ret;
	shared->is_running = 1;
	do {
		is_stray = false;
		ret = raw(p->call->nr, a);
	} while (ret == -EINTR && is_stray);
	shared->is_running = 0;
	uint64_t v = ret;
	if (ret < 0 && ret > -4096)
		text(") = %s", errno_name(-ret));
	else if (flags & P || ret >= 0x40000000) {
		text(") = ok");
		v = 1;
	} else
		text(") = %ld", ret);
	shared->hash = mix(mix(shared->hash, i), v);
	compare_memory(flags, ret);
	for (unsigned s = 1; s < 65; s++)
		if (signals_seen[s]) {
			text(" sig%u*%u", s, signals_seen[s]);
			shared->hash = mix(shared->hash, s * 1000 + signals_seen[s]);
			signals_seen[s] = 0;
		}
	text("\n");
	shared->next = i + 1;
	if (flags & B || (ret >= 0 && flags & X) || (ret >= 0 && flags & D && ++changes == 8))
		_exit(0);
	if (ret >= 0 && flags & F)
		close(ret);
	if (shared->text_used > sizeof shared->text - 8192)
		_exit(0);
}

/* The case it was sent for may have ended meanwhile: the one that it meets instead runs again. */
static void on_alarm(int sig)
{
	(void)sig;
	if (shared->aim != shared->next)
		is_stray = true;
}

/* rt_sigaction tells the addresses of a handler and of the way back: they must not move with every edit. */
static void catch_alarms(void)
{
	static const uint8_t jump[] = { 0x48, 0xb8 }, through[] = { 0xff, 0xe0 }, back[] = { 0xb8, SYS_rt_sigreturn, 0, 0, 0, 0x0f, 0x05 };
	uint64_t handler = (uint64_t)on_alarm, act[] = { GATE, 0x04000000, GATE + 16, 0 };     /* SA_RESTORER */
	uint8_t *p = mmap((void *)GATE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	if (p == MAP_FAILED)
		fatal("gate");
	memcpy(p, jump, 2);
	memcpy(p + 2, &handler, 8);
	memcpy(p + 10, through, 2);
	memcpy(p + 16, back, sizeof back);
	if (mprotect(p, PAGE, PROT_READ | PROT_EXEC) || syscall(SYS_rt_sigaction, SIGALRM, act, NULL, 8))
		fatal("gate");
}

static void child(const struct plan *p, bool is_nobody)
{
	catch_alarms();
	self = getpid();
	world_make(is_nobody, p->call->flags);
	for (unsigned i = shared->next; i < p->nr_cases; i++)
		run_case(p, i);
	_exit(0);
}

/* Does it wait in its call? A call that only lacks a CPU, as on a busy host, is not to be disturbed. */
static bool is_asleep(pid_t pid)
{
	char path[32], stat[128];
	const char *state;
	long n;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, stat, sizeof stat - 1);
	close(fd);
	stat[n > 0 ? n : 0] = 0;
	state = strrchr(stat, ')');
	return state && state[1] && state[2] == 'S';
}

/*
 * Wait for the child; prod it when one case lasts: soon if it sleeps on, for a
 * sleep may be about to end by its time, later if it works. True when it ended by itself.
 */
static bool watch(pid_t pid, int *status)
{
	unsigned last = -1u, ticks = 0, asleep = 0;
	sigset_t chld;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	for (;;) {
		struct timespec tick = { 0, 5000000 };
		pid_t got = waitpid(pid, status, WNOHANG | WUNTRACED);
		if (got == pid && !WIFSTOPPED(*status))
			return true;
		if (got == pid) {
			kill(pid, SIGKILL);
			waitpid(pid, &(int){ 0 }, 0);
			return true;
		}
		sigtimedwait(&chld, NULL, &tick);
		if (shared->next != last || !shared->is_running) {
			last = shared->next;
			ticks = asleep = 0;
			continue;
		}
		asleep = is_asleep(pid) ? asleep + 1 : 0;
		if (++ticks == 40 * 5) {
			kill(pid, SIGKILL);
			waitpid(pid, status, 0);
			return false;
		}
		if (ticks > 30 || asleep > 2) {
			shared->aim = last;
			kill(pid, SIGALRM);
		}
	}
}

static bool is_timed;
static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void sweep_call(const struct call *c, bool is_nobody)
{
	struct plan plan;
	unsigned children = 0;
	long start = now_ms();

	plan_make(&plan, c);
	shared->hash = 1;
	shared->next = 0;
	while (shared->next < plan.nr_cases && children < children_max) {
		unsigned from = shared->next;
		pid_t pid;
		int status;

		shared->is_running = 0;
		children++;
		pid = fork();
		if (pid < 0)
			fatal("fork");
		if (!pid)
			child(&plan, is_nobody);
		bool ended = watch(pid, &status);
		if (shared->is_running) {
			text(") died: %s\n", ended ? ending(status) : "hung");
			shared->hash = mix(shared->hash, status);
			shared->next++;
		} else if (shared->next == from) {
			say("%s: case %u: the world was not made: %s\n", c->name, from, ending(status));
			break;
		}
		shared->is_running = 0;
		text_flush();
		while (waitpid(-1, &status, WNOHANG) > 0)
			;
	}
	if (!is_verbose)
		say("%s%s: %u cases %08x\n", c->name, is_nobody ? " as nobody" : "",
		    shared->next, (unsigned)(shared->hash ^ shared->hash >> 32));
	if (is_timed)
		dprintf(2, "%s: %u children %ld ms\n", c->name, children, now_ms() - start);
	free(plan.cases);
}

static bool is_chosen(const struct call *c, int argc, char **argv)
{
	bool any = false;

	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-')
			continue;
		any = true;
		if (!strcmp(argv[i], c->name))
			return true;
	}
	return !any && !(c->flags & H);
}

static int sweep(const struct call *calls, unsigned nr, int argc, char **argv)
{
	bool root_only = false;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-v"))
			is_verbose = true;
		else if (!strcmp(argv[i], "-t"))
			is_timed = true;
		else if (!strcmp(argv[i], "-r"))
			root_only = true;
		else if (!strncmp(argv[i], "-n", 2))
			limit = atoi(argv[i] + 2), children_max = limit / 18;
	}
	sigset_t chld;
	world_prepare();
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (unsigned i = 0; i < nr; i++) {
		if (!is_chosen(&calls[i], argc, argv))
			continue;
		if (!(calls[i].flags & U))
			sweep_call(&calls[i], false);
		if (!(calls[i].flags & R) && !root_only)
			sweep_call(&calls[i], true);
	}
	return 0;
}

#define SWEEP(table) sweep(table, sizeof table / sizeof table[0], argc, argv)

#endif
