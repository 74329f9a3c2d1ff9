/*
 * fuzz.h - what the parts of the fuzzer share: raw calls, random numbers, the program that runs, its slots.
 *
 * A program is what one seed makes a process do: objects to start with, threads, some hundred calls, an end.
 * Code that runs inside a program uses no C library state (no errno, no malloc, no stdio): the program may have
 * destroyed its thread pointer, its heap or its descriptors by then. What it decides comes from ctx->rng only, so
 * that a program of one thread repeats as long as the kernel answers the same.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NELEM(a) (sizeof(a) / sizeof *(a))
#define PAGE 4096ul

/* ---- raw system calls: the result or -errno ---- */
static inline long sys6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall" : "=a"(ret) : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}
#define SYS_N(nr, a, b, c, d, e, f, ...) sys6(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define SYS(...) SYS_N(__VA_ARGS__, 0, 0, 0, 0, 0, 0)

/* ---- random numbers: splitmix64 ---- */
static inline uint64_t rng_next(uint64_t *s)
{
	uint64_t z = *s += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* ---- slots: what each task of a worker does right now, in memory shared with the supervisor ---- */
#define SLOTS 64
#define VALUES 12288
struct slot {
	volatile int tid;                       /* 0: free */
	volatile uint32_t calls;                /* grows with each call */
	volatile uint32_t inside;               /* call in progress + 1, 0: in user mode */
	volatile uint64_t args[6];
};
struct worker {
	volatile uint64_t seed;                 /* of the program that runs */
	volatile uint32_t next_slot;
	volatile uint64_t digest;               /* of all results, for runs that must repeat */
	volatile uint32_t verbose;              /* print each call */
	volatile uint64_t results[512], failures[512];  /* by call: returned >= 0, returned an error */
	struct { volatile uint32_t good, bad; } values[VALUES];  /* by description, argument and value of its set: coverage.c */
	struct slot slots[SLOTS];
};

/* ---- a program ---- */
enum fd_kind {
	FD_ANY, FD_FILE, FD_DIR, FD_PIPE, FD_SOCKET, FD_EVENT, FD_TIMER, FD_SIGNAL, FD_EPOLL, FD_INOTIFY, FD_MEMFD, FD_DEV, FD_TTY,
	FD_PROC, FD_PATH, FD_PIDFD, FD_MQ, FD_NS, FD_CONTEXT, FD_MOUNT, FD_KINDS
};
struct prog {                                   /* one per address space; written by racing threads on purpose */
	struct worker *worker;
	struct { int fd, kind; } fds[96];
	struct { unsigned long addr, len; } maps[24];
	int pids[24], ids[24];                  /* tasks; whatever else a call returned a number for */
	unsigned nr_fds, nr_maps, nr_pids, nr_ids;
	unsigned focus, nr_focus;               /* calls[] that this program tries most: what belongs together meets more often */
	char *arena;                            /* ARENA_PAGES pages, see program.c */
	bool single;                            /* one thread, no fork: repeats exactly */
};
struct ctx {                                    /* one per task */
	uint64_t rng;
	struct prog *p;
	struct slot *slot;
	char *scratch;                          /* SCRATCH bytes for structures of the next call, then a hole */
	size_t used;
	int depth;                              /* forks above us */
	int budget;                             /* calls left */
};
#define SCRATCH (8 * PAGE)
#define ARENA_PAGES 24

static inline uint64_t rnd(struct ctx *c) { return rng_next(&c->rng); }
static inline uint32_t below(struct ctx *c, uint32_t n) { return (uint32_t)((rnd(c) >> 32) * n >> 32); }
static inline bool one_in(struct ctx *c, uint32_t n) { return below(c, n) == 0; }

/* ---- descriptions of arguments (table.c), and their values (args.c) ---- */
enum arg_kind {
	K_NONE, K_CONST, K_FLAGS, K_ENUM, K_FD, K_PATH, K_STRING, K_IN, K_OUT, K_LEN, K_SMALL, K_INT, K_LONG, K_OFF, K_ADDR, K_MLEN, K_PID,
	K_SIG, K_UID, K_ID, K_SEC, K_NSEC, K_USEC, K_STRUCT, K_ARRAY, K_VECTOR, K_HANDLER, K_SOCKADDR, K_CONTROL, K_CPUMASK, K_SIGSET,
	K_DEVICE, K_RANDOM, K_FDPAIR, K_RESTORER, K_XATTR
};
enum text { T_ANY, T_EMPTY, T_FSTYPE, T_FSKEY, T_FSVALUE, T_QUEUE, TEXTS };
struct field;
struct desc { uint16_t size, nr; const struct field *fields; };
struct arg {
	uint8_t kind, nr;                       /* nr: values in set; of an array: most elements */
	uint8_t of;                             /* K_FD: enum fd_kind; K_STRING: enum text */
	const uint64_t *set;
	const struct desc *desc;
	const char *names;                      /* of the values of set, as the source spells them */
};
struct field { uint16_t offset, size; struct arg arg; };
struct call {
	const char *name;
	uint16_t nr;
	uint8_t weight, gives;                  /* gives: G_* */
	struct arg args[6];
};
#define G_NOTHING 0
#define G_FD(kind) (0x80 | (kind))
#define G_MAP 1
#define G_ID 2
#define G_PID 3
extern const struct call calls[];
extern const unsigned nr_calls;

uint64_t arg_make(struct ctx *c, const struct arg *a);
void fds_make(struct ctx *c, unsigned n);
void fd_add(struct ctx *c, long fd, int kind);
int fd_pick(struct ctx *c, int kind);

/* program.c */
struct task_block { char *base; char *stack_top; struct ctx *ctx; };
void program_run(struct worker *w, uint64_t seed, bool single, int nr_calls);
void handler(int sig, void *info, void *ucontext);
void restorer(void);
long call_raw(struct ctx *c, uint32_t nr, const uint64_t args[6]);
void call_count(struct ctx *c, uint32_t nr, long result);
void call_random(struct ctx *c);
void slot_take(struct ctx *c);
bool child_fork(struct ctx *c);
void namespaces_enter(struct ctx *c);
bool task_block_make(struct ctx *c, struct task_block *b);
void task_main(void *ctx);                      /* a thread or forked task: calls until the budget is spent, then exits */
void task_exit(struct ctx *c) __attribute__((noreturn));
long clone_task(uint64_t flags, void *stack, void *ptid, void *ctid, uint64_t tls, void (*fn)(void *), void *arg);

/* odd.c: what is not a plain call. scenes.c: some calls that only make sense one after the other. */
void odd_do(struct ctx *c);
void scene_do(struct ctx *c);

/* coverage.c: which calls, and which values of their sets, ever succeeded */
void coverage_prepare(void);
void coverage_count(struct worker *w, const struct call *d, const uint64_t args[6], bool good);
void coverage_print(const struct worker *workers, unsigned nr, bool full);

/*
 * progress.c: time as the guest's CPUs had it. A host that is busy takes CPUs away for seconds: what the wall shows says
 * nothing of a hang. progress_ms() grows only as far as every CPU has run tasks meanwhile.
 */
void progress_begin(void);
uint64_t progress_ms(void);
void progress_forget(void);             /* in a program, which may write anywhere: it has no part in the clock */

/* stuck.c: the tasks of w's program, and whoever else is busy in the kernel */
void stuck_tell(struct worker *w, const char *what);

/* lasting.c: files that outlive programs get what they would keep of them, before objects are counted; and lose what can be lost */
void lasting_prepare(void);
void lasting_reset(void);

/* oracle.c: in the supervisor, ordinary C */
void oracle_begin(void);
bool oracle_quiet(const char *when, bool last);   /* nothing is left but what was there at the beginning */
void oracle_tell(void);
bool self_check(const char *self);
void ipc_remove_all(void);
