/*
 * program.c - one program: its memory, its tasks, its calls, its end.
 *
 * The arena is what calls read and write. Its pages, from the first: four to write, a hole, two to write, one to read
 * only, one inaccessible, four to write, a hole, four shared with nobody but children, one to read only, a hole, four
 * of a file of which only one lies before its end (the others raise SIGBUS).
 * Each task has a block: scratch for structures, a hole, a stack.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/ucontext.h>
#include "fuzz.h"

#define STACK (8 * PAGE)
#define THREAD_FLAGS (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

static uint16_t by_weight[2048];
static unsigned nr_by_weight;

/* clone_task(rdi flags, rsi stack, rdx ptid, rcx ctid, r8 tls, r9 fn, arg): a child calls fn(arg), which never returns. */
__asm__(".globl clone_task\n"
	"clone_task:\n"
	"	push %rbx\n"
	"	push %r12\n"
	"	mov %r9, %rbx\n"
	"	mov 24(%rsp), %r12\n"
	"	mov %rcx, %r10\n"
	"	mov $56, %eax\n"
	"	syscall\n"
	"	test %rax, %rax\n"
	"	jz 1f\n"
	"	pop %r12\n"
	"	pop %rbx\n"
	"	ret\n"
	"1:	mov %r12, %rdi\n"
	"	and $-16, %rsp\n"
	"	call *%rbx\n"
	"	ud2\n"
	".globl restorer\n"
	"restorer:\n"
	"	mov $15, %eax\n"
	"	syscall\n");

extern char probe_read[], probe_write[], probe_out[];

/*
 * The handler of everything. A touch of bad memory (odd.c) goes on behind it; any other fault ends the process. Now and
 * then the context that the kernel will restore is spoilt.
 */
void handler(int sig, void *info, void *ucontext)
{
	ucontext_t *u = ucontext;
	uint64_t rng = (uint64_t)u->uc_mcontext.gregs[REG_RSP] + (uint64_t)sig;
	uint64_t *words = ucontext;

	if (sig == SIGSEGV || sig == SIGBUS || sig == SIGILL || sig == SIGFPE || sig == SIGTRAP) {
		uint64_t rip = (uint64_t)u->uc_mcontext.gregs[REG_RIP];

		if (rip < (uint64_t)probe_read || rip > (uint64_t)probe_out)
			SYS(SYS_exit_group, 128 + sig);
		u->uc_mcontext.gregs[REG_RIP] = (long)probe_out;
		return;
	}
	if (!(u->uc_mcontext.gregs[REG_R15] & 15) && rng_next(&rng) % 8 == 0)
		words[rng_next(&rng) % (sizeof(ucontext_t) / 8)] ^= 1ul << rng_next(&rng) % 64;
}

bool task_block_make(struct ctx *c, struct task_block *b)
{
	long base = SYS(SYS_mmap, 0, SCRATCH + PAGE + STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (base < 0)
		return false;
	SYS(SYS_munmap, base + SCRATCH, PAGE);
	b->base = (char *)base;
	b->ctx = (struct ctx *)(base + SCRATCH + PAGE);
	b->stack_top = (char *)base + SCRATCH + PAGE + STACK;
	memset(b->ctx, 0, sizeof *b->ctx);
	b->ctx->rng = rnd(c);
	b->ctx->p = c->p;
	b->ctx->scratch = b->base;
	b->ctx->depth = c->depth + 1;
	return true;
}

void slot_take(struct ctx *c)
{
	struct worker *w = c->p->worker;

	c->slot = &w->slots[__atomic_fetch_add(&w->next_slot, 1, __ATOMIC_RELAXED) % SLOTS];
	c->slot->inside = 0;
	c->slot->tid = (int)SYS(SYS_gettid);
}

void task_exit(struct ctx *c)
{
	c->slot->tid = 0;
	for (;;)
		SYS(one_in(c, 4) ? SYS_exit_group : SYS_exit, below(c, 256));
}

/* ---- calls ---- */

/* Errors only: addresses, pids and times may differ between runs that repeat otherwise. */
void call_count(struct ctx *c, uint32_t nr, long result)
{
	struct worker *w = c->p->worker;

	if (nr < NELEM(w->results)) {
		if (result >= 0 || result < -4095)
			w->results[nr]++;
		else
			w->failures[nr]++;
	}
	if (c->p->single)
		w->digest = (w->digest ^ (nr << 16 | (uint16_t)(result < 0 && result > -4096 ? result : 0))) * 0x100000001b3u;
}

long call_raw(struct ctx *c, uint32_t nr, const uint64_t a[6])
{
	struct slot *s = c->slot;
	long result;

	for (int i = 0; i < 6; i++)
		s->args[i] = a[i];
	s->inside = nr + 1;
	s->calls++;
	result = sys6(nr, (long)a[0], (long)a[1], (long)a[2], (long)a[3], (long)a[4], (long)a[5]);
	s->inside = 0;
	call_count(c, nr, result);
	return result;
}

/* What a call gave joins the pools. */
static void keep_result(struct ctx *c, const struct call *d, const uint64_t args[6], long r)
{
	struct prog *p = c->p;

	if (d->gives & 0x80) {
		fd_add(c, r, d->gives & 0x7f);
	} else if (d->gives == G_MAP) {
		unsigned i = p->nr_maps < NELEM(p->maps) ? p->nr_maps++ : below(c, NELEM(p->maps));

		if (i < NELEM(p->maps))
			p->maps[i].addr = (unsigned long)r;
	} else if (d->gives == G_ID) {
		p->ids[p->nr_ids++ % NELEM(p->ids)] = (int)r;
	}
	for (int i = 0; i < 6; i++)
		if (d->args[i].kind == K_FDPAIR && !r) {
			volatile int *two = (volatile int *)args[i];

			fd_add(c, two[0], d->nr == SYS_socketpair ? FD_SOCKET : FD_PIPE);
			fd_add(c, two[1], d->nr == SYS_socketpair ? FD_SOCKET : FD_PIPE);
		}
}

static void weights_make(void)
{
	if (nr_by_weight)
		return;
	coverage_prepare();
	for (unsigned i = 0; i < nr_calls; i++)
		for (unsigned n = calls[i].weight; n && nr_by_weight < NELEM(by_weight); n--)
			by_weight[nr_by_weight++] = (uint16_t)i;
}

/* The table has together what belongs together. */
static void focus_choose(struct ctx *c)
{
	c->p->focus = below(c, nr_calls);
	c->p->nr_focus = 2 + below(c, 12);
	if (c->p->focus + c->p->nr_focus > nr_calls)
		c->p->nr_focus = nr_calls - c->p->focus;
}

static const struct call *call_pick(struct ctx *c)
{
	if (c->p->nr_focus && !one_in(c, 4))
		return &calls[c->p->focus + below(c, c->p->nr_focus)];
	return &calls[by_weight[below(c, nr_by_weight)]];
}

void call_random(struct ctx *c)
{
	const struct call *d = call_pick(c);
	unsigned times = one_in(c, 10) ? 1 + below(c, 6) : 1;   /* one kind of call in a row finds its limits */
	uint64_t args[6];

	while (times--) {
		long r;

		c->used = 0;
		for (int i = 0; i < 6; i++)
			args[i] = arg_make(c, &d->args[i]);
		r = call_raw(c, d->nr, args);
		coverage_count(c->p->worker, d, args, r >= 0 || r < -4095);
		if (r >= 0)
			keep_result(c, d, args, r);
	}
}

/* ---- birth ---- */

static void arena_make(struct ctx *c)
{
	char *a = (char *)SYS(SYS_mmap, 0, ARENA_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long fd;

	for (unsigned i = 0; i < 13 * PAGE; i += 8)
		*(uint64_t *)(a + i) = one_in(c, 3) ? rnd(c) : below(c, 16);
	SYS(SYS_munmap, a + 4 * PAGE, PAGE);
	SYS(SYS_mprotect, a + 7 * PAGE, PAGE, PROT_READ);
	SYS(SYS_mprotect, a + 8 * PAGE, PAGE, PROT_NONE);
	SYS(SYS_munmap, a + 13 * PAGE, PAGE);
	SYS(SYS_mmap, a + 14 * PAGE, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	SYS(SYS_mprotect, a + 18 * PAGE, PAGE, PROT_READ);
	SYS(SYS_munmap, a + 19 * PAGE, PAGE);
	fd = SYS(SYS_memfd_create, "arena", 0);
	SYS(SYS_ftruncate, fd, PAGE);
	SYS(SYS_mmap, a + 20 * PAGE, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
	SYS(SYS_close, fd);
	c->p->arena = a;
}

static void handlers_install(struct ctx *c)
{
	struct { uint64_t handler, flags, restorer, mask; } act = {
		(uint64_t)handler, SA_SIGINFO | 0x04000000 /* SA_RESTORER */ | SA_NODEFER | (one_in(c, 2) ? SA_ONSTACK : 0) | (one_in(c, 4) ? SA_RESTART : 0),
		(uint64_t)restorer, 0,
	};
	struct { uint64_t sp; int flags; uint64_t size; } stack = { (uint64_t)c->p->arena + 9 * PAGE, 0, 4 * PAGE };

	for (int sig = 1; sig <= 64; sig++)
		if (sig != SIGCHLD || one_in(c, 2))
			SYS(SYS_rt_sigaction, sig, &act, 0, 8);
	SYS(SYS_sigaltstack, &stack, 0);
}

/* A copy of this process, for what would end it. True in the child. */
bool child_fork(struct ctx *c)
{
	long pid;

	if (c->p->single || c->depth > 2)
		return false;
	pid = SYS(SYS_fork);
	if (pid > 0)
		c->p->pids[c->p->nr_pids++ % NELEM(c->p->pids)] = (int)pid;
	if (pid)
		return false;
	slot_take(c);
	c->depth++;
	c->budget = 0;
	return true;
}

/* Root of a user namespace of its own, and of others with it: calls that only root may make find their way. */
void namespaces_enter(struct ctx *c)
{
	static const uint64_t kinds[] = { CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWCGROUP };
	uint64_t flags = CLONE_NEWUSER | (one_in(c, 4) ? 0 : CLONE_NEWNS);
	char map[24] = "0 ";
	unsigned uid = (unsigned)SYS(SYS_getuid), n = 2;
	long fd;

	for (unsigned i = below(c, 3); i; i--)
		flags |= kinds[below(c, NELEM(kinds))];
	if (SYS(SYS_unshare, flags) < 0)
		return;
	for (unsigned d = 10000; d; d /= 10)
		map[n++] = (char)('0' + uid / d % 10);
	map[n++] = ' ';
	map[n++] = '1';
	fd = SYS(SYS_open, "/proc/self/uid_map", O_WRONLY);
	SYS(SYS_write, fd, map, n);
	SYS(SYS_close, fd);
}

static void threads_start(struct ctx *c)
{
	for (unsigned n = below(c, 4); n; n--) {
		struct task_block b;
		long tid;

		if (!task_block_make(c, &b))
			return;
		b.ctx->budget = c->budget;
		tid = clone_task(THREAD_FLAGS, b.stack_top, 0, 0, 0, task_main, b.ctx);
		if (tid > 0)
			c->p->pids[c->p->nr_pids++ % NELEM(c->p->pids)] = (int)tid;
	}
}

void task_main(void *ctx)
{
	struct ctx *c = ctx;

	slot_take(c);
	while (c->budget-- > 0) {
		if (below(c, 100) < 85)
			call_random(c);
		else
			odd_do(c);
	}
	task_exit(c);
}

void program_run(struct worker *w, uint64_t seed, bool single, int nr)
{
	static struct prog prog;
	static struct ctx first;
	struct ctx *c = &first;
	struct task_block b;

	weights_make();
	first = (struct ctx){ .rng = seed, .p = &prog };
	prog.worker = w;
	prog.single = single;
	arena_make(c);
	if (!task_block_make(c, &b))
		SYS(SYS_exit_group, 99);
	c = b.ctx;
	c->depth = 0;
	c->budget = nr;
	handlers_install(c);
	if (!single && one_in(c, 3))
		namespaces_enter(c);
	fds_make(c, 4 + below(c, 24));
	if (one_in(c, 3))
		focus_choose(c);
	if (!single)
		threads_start(c);
	task_main(c);
}
