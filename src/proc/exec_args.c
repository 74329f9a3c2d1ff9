/*
 * exec_args.c - arguments and environment: in from the old program, out onto the new stack.
 *
 * Strings are copied once from user memory, in one pass that also finds their ends, into
 * staging pages; once their total is known they go to their place at the top of the new stack:
 *
 *   top     8 zero bytes
 *           file name (AT_EXECFN)
 *           environment strings        layout.env_start ..
 *           argument strings           layout.arg_start ..
 *           random gap, "x86_64", 16 random bytes
 *           auxiliary vector
 *           envp[], NULL; argv[], NULL
 *   rsp ->  argc                       16-byte aligned
 *
 * Nothing here runs under a lock; user memory may change meanwhile, and only then do the
 * strings differ from what one look would have seen.
 */
#include <arch/cpu.h>
#include <arch/sigframe.h>
#include <arch/usercopy.h>
#include <time/clock.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <lib/string.h>
#include <linux/auxvec.h>
#include <linux/mman.h>
#include <task/user_ns.h>
#include "exec_priv.h"

#define MAX_ARG_STRLEN  (32 * PAGE_SIZE)
#define ARGS_MAX        (6ul << 20)             /* three quarters of the usual stack */
#define ARGS_MIN        (32 * PAGE_SIZE)        /* always allowed */
/* Of Linux 6.3: the part of rseq(2)'s area that is filled, and its alignment. */
#define AT_RSEQ_FEATURE_SIZE_ 27
#define AT_RSEQ_ALIGN_ 28
#define STACK_ROOM      (128ul << 10)           /* mapped below what is in use */
#define POINTERS_KMALLOC_MAX 4096u              /* more come from vmalloc */
#define PLATFORM        "x86_64"

static size_t args_limit(void)
{
	size_t stack = rlimit_current(RLIMIT_STACK), limit = MIN(ARGS_MAX, stack / 4);

	/* They stand on the stack, whole pages of it and a word besides, of which one page is there in any case. */
	return MIN(MAX(limit, ARGS_MIN), MAX(ALIGN_DOWN(stack, PAGE_SIZE), PAGE_SIZE) - 8);
}

void exec_args_init(struct exec_args *a)
{
	a->first = a->last = NULL;
	a->len = 0;
	a->limit = args_limit();
	a->pointers = a->pointers_inline;
	a->max_pointers = EXEC_POINTERS_INLINE;
	a->nr_pointers = a->argc = a->envc = 0;
	a->nr_skip = a->nr_prefix = 0;
	a->skip_bytes = 0;
	a->prefix_from = EXEC_PREFIX_SIZE;
}

static void pointers_free(struct exec_args *a)
{
	if (a->pointers == a->pointers_inline)
		return;
	if (a->max_pointers > POINTERS_KMALLOC_MAX)
		vfree(a->pointers);
	else
		kfree(a->pointers);
}

void exec_args_fini(struct exec_args *a)
{
	struct page *p, *next;

	for (p = a->first; p; p = next) {
		next = p->ptr;
		page_put(p);
	}
	pointers_free(a);
}

/* ---- in ---- */

static int pointers_grow(struct exec_args *a)
{
	unsigned max = a->max_pointers * 4;
	size_t size = max * sizeof *a->pointers;
	uint64_t *more;

	if (size / 4 > a->limit)
		return -E2BIG;
	more = max > POINTERS_KMALLOC_MAX ? vmalloc(size, 0) : kmalloc(size, 0);
	if (!more)
		return -ENOMEM;
	memcpy(more, a->pointers, a->nr_pointers * sizeof *more);
	pointers_free(a);
	a->pointers = more;
	a->max_pointers = max;
	return 0;
}

/* Append the pointers of a NULL-terminated user vector; *count how many. */
static int pointers_read(struct exec_args *a, uaddr_t vector, unsigned *count)
{
	uint64_t chunk[32];
	unsigned from = a->nr_pointers;

	*count = 0;
	if (uaddr_is_null(vector))
		return 0;
	for (;;) {
		/* A chunk may reach past the vector's end into nothing. */
		size_t got = sizeof chunk - user_copy_in_partial(chunk, vector, sizeof chunk);

		for (size_t i = 0; i < got / 8; i++) {
			if (!chunk[i]) {
				*count = a->nr_pointers - from;
				return 0;
			}
			if (a->nr_pointers == a->max_pointers) {
				int err = pointers_grow(a);

				if (err)
					return err;
			}
			a->pointers[a->nr_pointers++] = chunk[i];
		}
		if (got < sizeof chunk)
			return -EFAULT;
		if (signal_is_fatal_pending())
			return -ERESTARTNOHAND;
		vector = uaddr_add(vector, sizeof chunk);
	}
}

/* Room at the end of the staging pages; *room bytes at the returned address, or NULL. */
static char *stage_room(struct exec_args *a, size_t *room)
{
	size_t used = a->len % PAGE_SIZE;

	if (!used) {
		struct page *p = page_alloc(0, 0, PAGE_KERNEL);

		if (!p)
			return NULL;
		p->ptr = NULL;
		if (a->last)
			a->last->ptr = p;
		else
			a->first = p;
		a->last = p;
	}
	*room = PAGE_SIZE - used;
	return (char *)page_address(a->last) + used;
}

/* Stage one user string. 0, -E2BIG, -EFAULT, -ENOMEM. */
static int stage_user_string(struct exec_args *a, uaddr_t s)
{
	size_t done = 0;

	for (;;) {
		size_t room;
		char *to = stage_room(a, &room);
		ssize_t n;

		if (!to)
			return -ENOMEM;
		n = user_copy_string(to, uaddr_add(s, done), room);
		if (n >= 0) {
			a->len += (size_t)n + 1;
			done += (size_t)n + 1;
			break;
		}
		if (n != -ENAMETOOLONG)
			return (int)n;
		a->len += room;                 /* the page is full, the string goes on */
		done += room;
		if (done >= MAX_ARG_STRLEN || a->len > a->limit)
			return -E2BIG;
		if (signal_is_fatal_pending())
			return -ERESTARTNOHAND;
	}
	return done > MAX_ARG_STRLEN || a->len > a->limit ? -E2BIG : 0;
}

static int stage_kernel_string(struct exec_args *a, const char *s)
{
	size_t left = strlen(s) + 1;

	while (left) {
		size_t room, n;
		char *to = stage_room(a, &room);

		if (!to)
			return -ENOMEM;
		n = MIN(left, room);
		memcpy(to, s, n);
		a->len += n;
		s += n;
		left -= n;
	}
	return a->len > a->limit ? -E2BIG : 0;
}

/* Vectors count against the limit, too. */
static int limit_take_pointers(struct exec_args *a)
{
	size_t size = ((size_t)a->argc + a->envc + (a->argc ? 0 : 1)) * 8;

	if (a->limit <= size)
		return -E2BIG;
	a->limit -= size;
	return 0;
}

int exec_args_from_user(struct exec_args *a, uaddr_t argv, uaddr_t envp)
{
	int err = pointers_read(a, argv, &a->argc);

	if (!err)
		err = pointers_read(a, envp, &a->envc);
	if (!err)
		err = limit_take_pointers(a);
	for (unsigned i = 0; !err && i < a->nr_pointers; i++) {
		uaddr_t s = UADDR(a->pointers[i]);

		if (i == a->argc)
			a->env_offset = a->len;
		a->pointers[i] = a->len;
		err = stage_user_string(a, s);
	}
	if (err)
		return err;
	if (!a->envc)
		a->env_offset = a->len;
	/* A program without argv[0] would read envp as its arguments: give it an empty one. */
	return a->argc ? 0 : exec_args_push_front(a, "", 0);
}

int exec_args_from_kernel(struct exec_args *a, const char *const argv[], const char *const envp[])
{
	int err = 0;

	for (; argv[a->argc]; a->argc++) {
		a->pointers[a->nr_pointers++] = a->len;
		err = stage_kernel_string(a, argv[a->argc]);
		if (err)
			return err;
	}
	a->env_offset = a->len;
	for (; envp[a->envc]; a->envc++) {
		a->pointers[a->nr_pointers++] = a->len;
		err = stage_kernel_string(a, envp[a->envc]);
		if (err)
			return err;
	}
	return 0;
}

int exec_args_push_front(struct exec_args *a, const char *s, size_t len)
{
	if (len + 1 > a->prefix_from)
		return -E2BIG;
	a->prefix_from -= len + 1;
	memcpy(a->prefix + a->prefix_from, s, len);
	a->prefix[a->prefix_from + len] = 0;
	a->nr_prefix++;
	return 0;
}

/* The first argument of the user's goes; what #! lines pushed stays: they name the same file. */
void exec_args_drop_first(struct exec_args *a)
{
	if (!a->argc) {                         /* the empty one that we gave it */
		a->nr_prefix = 0;
		a->prefix_from = EXEC_PREFIX_SIZE;
		return;
	}
	if (a->nr_skip)
		return;
	a->nr_skip = 1;
	a->skip_bytes = a->nr_pointers > 1 ? a->pointers[1] : a->len;
}

/* ---- out ---- */

/* Writes to the new memory, one page at a time held. */
struct stack_writer {
	struct space *space;
	uint64_t page_addr;
	struct page *page;
};

static int writer_page(struct stack_writer *w, uint64_t addr, char **at, size_t *room)
{
	if (!w->page || w->page_addr != ALIGN_DOWN(addr, PAGE_SIZE)) {
		if (w->page)
			page_put(w->page);
		w->page = NULL;
		w->page_addr = ALIGN_DOWN(addr, PAGE_SIZE);
		if (space_get_page(w->space, w->page_addr, true, &w->page)) {
			w->page = NULL;
			return -ENOMEM;
		}
	}
	*at = (char *)page_address(w->page) + addr % PAGE_SIZE;
	*room = PAGE_SIZE - addr % PAGE_SIZE;
	return 0;
}

static int writer_put(struct stack_writer *w, uint64_t addr, const void *data, size_t len)
{
	const char *from = data;

	while (len) {
		size_t room;
		char *at;
		int err = writer_page(w, addr, &at, &room);

		if (err)
			return err;
		room = MIN(room, len);
		memcpy(at, from, room);
		addr += room;
		from += room;
		len -= room;
	}
	return 0;
}

static void writer_fini(struct stack_writer *w)
{
	if (w->page)
		page_put(w->page);
}

/* The staged bytes from offset on, to addr. */
static int writer_put_staged(struct stack_writer *w, uint64_t addr, const struct exec_args *a, size_t offset)
{
	size_t at = 0;
	struct page *p;

	for (p = a->first; p && at < a->len; p = p->ptr, at += PAGE_SIZE) {
		size_t skip = offset > at ? offset - at : 0, len = MIN(PAGE_SIZE, a->len - at);
		int err;

		if (skip >= len)
			continue;
		err = writer_put(w, addr, (char *)page_address(p) + skip, len - skip);
		if (err)
			return err;
		addr += len - skip;
	}
	return 0;
}

static void aux_add(uint64_t *aux, unsigned *n, uint64_t key, uint64_t value)
{
	aux[(*n)++] = key;
	aux[(*n)++] = value;
}

/* In Linux's order. execfn, random and platform are addresses on the new stack. */
static unsigned aux_fill(const struct exec *e, uint64_t *aux, uint64_t execfn, uint64_t random, uint64_t platform)
{
	const struct cred *c = e->cred ? e->cred : cred_current();
	const struct exec_image *im = &e->image;
	unsigned n = 0;

	aux_add(aux, &n, AT_SYSINFO_EHDR, im->vdso);
	aux_add(aux, &n, AT_MINSIGSTKSZ, sigframe_max_size());
	aux_add(aux, &n, AT_HWCAP, cpu_features.hwcap);
	aux_add(aux, &n, AT_PAGESZ, PAGE_SIZE);
	aux_add(aux, &n, AT_CLKTCK, USER_HZ);
	aux_add(aux, &n, AT_PHDR, im->phdr);
	aux_add(aux, &n, AT_PHENT, 56);
	aux_add(aux, &n, AT_PHNUM, im->phnum);
	aux_add(aux, &n, AT_BASE, im->interp_base);
	aux_add(aux, &n, AT_FLAGS, 0);
	aux_add(aux, &n, AT_ENTRY, im->entry);
	aux_add(aux, &n, AT_UID, uid_shown(c->uid));
	aux_add(aux, &n, AT_EUID, uid_shown(c->euid));
	aux_add(aux, &n, AT_GID, gid_shown(c->gid));
	aux_add(aux, &n, AT_EGID, gid_shown(c->egid));
	aux_add(aux, &n, AT_SECURE, e->is_secure);
	aux_add(aux, &n, AT_RANDOM, random);
	aux_add(aux, &n, AT_HWCAP2, cpu_features.hwcap2);
	aux_add(aux, &n, AT_EXECFN, execfn);
	aux_add(aux, &n, AT_PLATFORM, platform);
	aux_add(aux, &n, AT_RSEQ_FEATURE_SIZE_, 28);
	aux_add(aux, &n, AT_RSEQ_ALIGN_, 32);
	aux_add(aux, &n, AT_NULL, 0);
	return n;
}

static int stack_map(struct exec *e, uint64_t lowest)
{
	uint64_t limit = MAX(rlimit_current(RLIMIT_STACK), e->stack_top - lowest), addr, start;
	unsigned prot = PROT_READ | PROT_WRITE;

	start = lowest - STACK_ROOM;
	if (e->stack_top - start > limit)
		start = e->stack_top - limit;
	start = ALIGN_DOWN(start, PAGE_SIZE);
	if (e->image.executable_stack)
		prot |= PROT_EXEC;
	return space_map(e->space, start, e->stack_top - start, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			 VMA_STACK | VMA_GROWSDOWN, NULL, NULL, 0, &addr);
}

struct stack_plan {                             /* addresses, top down */
	uint64_t execfn, env_start, arg_start, platform, random, aux, vectors, sp;
	unsigned argc;
};

/* argc, argv[], envp[]: at most a page at a time through buf. */
static int vectors_write(struct stack_writer *w, const struct exec *e, const struct stack_plan *pl)
{
	const struct exec_args *a = &e->args;
	uint64_t buf[64], at = pl->sp, prefix_at = pl->arg_start;
	uint64_t base = pl->arg_start + (EXEC_PREFIX_SIZE - a->prefix_from) - a->skip_bytes;
	unsigned n = 0, i;
	int err = 0;

#define VECTOR_PUT(word) do { \
	buf[n++] = (word); \
	if (n == ARRAY_SIZE(buf)) { \
		err = writer_put(w, at, buf, sizeof buf); \
		at += sizeof buf; \
		n = 0; \
	} \
} while (0)
	VECTOR_PUT(pl->argc);
	for (i = 0; i < a->nr_prefix; i++) {
		VECTOR_PUT(prefix_at);
		prefix_at += strlen(a->prefix + a->prefix_from + (prefix_at - pl->arg_start)) + 1;
	}
	for (i = a->nr_skip; !err && i < a->argc; i++)
		VECTOR_PUT(base + a->pointers[i]);
	VECTOR_PUT(0);
	for (i = a->argc; !err && i < a->nr_pointers; i++)
		VECTOR_PUT(base + a->pointers[i]);
	VECTOR_PUT(0);
#undef VECTOR_PUT
	return err || !n ? err : writer_put(w, at, buf, n * sizeof *buf);
}

static void plan_stack(const struct exec *e, struct stack_plan *pl, unsigned aux_words)
{
	const struct exec_args *a = &e->args;
	size_t prefix_len = EXEC_PREFIX_SIZE - a->prefix_from;
	uint64_t p = e->stack_top - 8;

	pl->execfn = p - (strlen(e->filename) + 1);
	pl->env_start = pl->execfn - (a->len - a->env_offset);
	pl->arg_start = pl->env_start - (a->env_offset - a->skip_bytes) - prefix_len;
	p = pl->arg_start;
	if (e->randomize)
		p -= e->random[3] >> 32 & 8191;
	p = ALIGN_DOWN(p, 16);
	pl->platform = p - sizeof PLATFORM;
	pl->random = pl->platform - sizeof e->at_random;
	pl->argc = a->nr_prefix + a->argc - a->nr_skip;
	p = ALIGN_DOWN(pl->random, 16) - aux_words * 8;
	pl->sp = ALIGN_DOWN(p - (pl->argc + a->envc + 3ul) * 8, 16);
	pl->vectors = pl->sp;
	pl->aux = pl->sp + (pl->argc + a->envc + 3ul) * 8;
}

int exec_stack_build(struct exec *e)
{
	struct space_layout *l = &e->space->layout;
	struct stack_writer w = { .space = e->space };
	const struct exec_args *a = &e->args;
	struct stack_plan pl;
	uint64_t aux[48];
	unsigned aux_words = aux_fill(e, aux, 0, 0, 0);
	int err;

	static_assert(sizeof aux <= sizeof l->auxv, "the whole vector is kept for /proc/pid/auxv");
	plan_stack(e, &pl, aux_words);
	err = stack_map(e, pl.sp);
	if (err)
		return err;
	aux_fill(e, aux, pl.execfn, pl.random, pl.platform);
	err = writer_put(&w, pl.execfn, e->filename, strlen(e->filename) + 1);
	if (!err)
		err = writer_put(&w, pl.arg_start, a->prefix + a->prefix_from, EXEC_PREFIX_SIZE - a->prefix_from);
	if (!err)
		err = writer_put_staged(&w, pl.arg_start + (EXEC_PREFIX_SIZE - a->prefix_from), a, a->skip_bytes);
	if (!err)
		err = writer_put(&w, pl.platform, PLATFORM, sizeof PLATFORM);
	if (!err)
		err = writer_put(&w, pl.random, e->at_random, sizeof e->at_random);
	if (!err)
		err = writer_put(&w, pl.aux, aux, aux_words * 8);
	if (!err)
		err = vectors_write(&w, e, &pl);
	writer_fini(&w);
	l->arg_start = pl.arg_start;
	l->arg_end = l->env_start = pl.env_start;
	l->env_end = pl.execfn;
	l->start_stack = pl.sp;
	memset(l->auxv, 0, sizeof l->auxv);
	memcpy(l->auxv, aux, aux_words * 8);
	e->stack_pointer = pl.sp;
	return err;
}
