/*
 * watch.c - contexts that are observed: watched system calls, debug registers, a time-stamp counter
 * that they may not read; registers by number, as ptrace(2) shows them.
 *
 * What is loaded on a CPU is told by a number, not by an address: every change of a context's
 * watch takes a new one, so that freed memory that comes back is never mistaken for what it was.
 *   I1  context.watch_id is 0 without a watch; else it names these very values
 *   I2  watch_loaded (per CPU) names what syscall_limit, the debug registers and CR4.TSD hold
 * Context: include/arch/trace.h.
 */
#include "arch_priv.h"
#include "watch_priv.h"
#include <arch/irq.h>
#include <arch/trace.h>
#include <arch/usercopy.h>
#include <base/err.h>
#include <mm/slab.h>
#include <sched/thread.h>
#include <asm/processor-flags.h>

#define DR7_ENABLES   0xffull
#define DR7_FIXED     0x400ull
#define DR7_USER_MASK 0xffff00ffull         /* enables, kinds and lengths; no general detect */
#define DR6_FIXED     0xffff0ff0ull

struct context_watch {
	uint64_t dr[4], dr6, dr7;           /* dr6: the bits that differ from DR6_FIXED */
	bool calls, no_tsc;
};

DEFINE_PERCPU(uint32_t, syscall_limit);         /* set by watch_init_cpu() */
DEFINE_PERCPU_STATIC(uint64_t, watch_loaded);
DEFINE_PERCPU_STATIC(bool, tsc_is_denied);      /* CR4.TSD as it stands */
static atomic_ulong watch_ids;

void watch_init_cpu(void)
{
	this_cpu_write(syscall_limit, nr_syscalls);
	this_cpu_write(watch_loaded, 0ull);
}

static void debug_registers_load(const struct context_watch *w)
{
	__asm__ volatile("mov %0, %%dr7" :: "r"(DR7_FIXED));
	if (!w || !(w->dr7 & DR7_ENABLES))
		return;
	__asm__ volatile("mov %0, %%dr0" :: "r"(w->dr[0]));
	__asm__ volatile("mov %0, %%dr1" :: "r"(w->dr[1]));
	__asm__ volatile("mov %0, %%dr2" :: "r"(w->dr[2]));
	__asm__ volatile("mov %0, %%dr3" :: "r"(w->dr[3]));
	__asm__ volatile("mov %0, %%dr7" :: "r"(w->dr7 | DR7_FIXED));
}

static void tsc_load(bool deny)
{
	uint64_t cr4;

	if (this_cpu_read(tsc_is_denied) == deny)
		return;
	cr4 = read_cr4();
	write_cr4(deny ? cr4 | X86_CR4_TSD : cr4 & ~(uint64_t)X86_CR4_TSD);
	this_cpu_write(tsc_is_denied, deny);
}

/* Interrupts off: this CPU runs c from now on. */
void watch_load(const struct context *c)
{
	this_cpu_write(syscall_limit, c->watch && c->watch->calls ? 0 : nr_syscalls);
	debug_registers_load(c->watch);
	tsc_load(c->watch && c->watch->no_tsc);
	this_cpu_write(watch_loaded, c->watch_id);
}

bool watch_is_loaded(const struct context *c) { return c->watch_id == this_cpu_read(watch_loaded); }

/* The watch has new values (I1). */
static void watch_changed(struct context *c)
{
	irqflags_t flags = irq_save();
	struct thread *self = thread_current();

	c->watch_id = c->watch ? fetch_add_relaxed(&watch_ids, 1) + 1 : 0;  /* relaxed: only distinct */
	if (self && c == &self->ctx)
		watch_load(c);
	irq_restore(flags);
}

static struct context_watch *watch_get(struct context *c) { return context_watch_prepare(c) ? NULL : c->watch; }

int context_watch_calls(struct context *c, bool on)
{
	if (!on && !c->watch)
		return 0;
	if (!watch_get(c))
		return -ENOMEM;
	if (c->watch->calls == on)
		return 0;
	c->watch->calls = on;
	watch_changed(c);
	return 0;
}

int context_deny_tsc(struct context *c, bool on)
{
	if (!on && !c->watch)
		return 0;
	if (!watch_get(c))
		return -ENOMEM;
	if (c->watch->no_tsc == on)
		return 0;
	c->watch->no_tsc = on;
	watch_changed(c);
	return 0;
}

bool context_denies_tsc(const struct context *c) { return c->watch && c->watch->no_tsc; }

int context_watch_prepare(struct context *c)
{
	struct context_watch *none = NULL, *w;

	if (load_relaxed(&c->watch))
		return 0;
	w = kmalloc(sizeof *w, ALLOC_ZERO);
	if (!w)
		return -ENOMEM;
	if (!cas_release(&c->watch, &none, w))  /* zeroed before it is seen; its owner may have been faster */
		kfree(w);
	return 0;
}

int context_watch_fork(struct context *to, bool calls)
{
	to->watch = NULL;
	to->watch_id = 0;
	return calls ? context_watch_calls(to, true) : 0;
}

void context_watch_free(struct context *c)
{
	kfree(c->watch);
	c->watch = NULL;
	c->watch_id = 0;
}

void context_watch_drop_debug(struct context *c)
{
	if (!c->watch || !c->watch->dr7)
		return;
	c->watch->dr7 = 0;
	watch_changed(c);
}

/* ---- debug registers ---- */

uint64_t context_get_debug(const struct context *c, unsigned nr)
{
	const struct context_watch *w = c->watch;

	if (nr < 4)
		return w ? w->dr[nr] : 0;
	if (nr == 6)
		return (w ? w->dr6 : 0) ^ DR6_FIXED;
	return nr == 7 && w ? w->dr7 : 0;
}

/* Every enabled breakpoint must be in user memory, of a kind and length that exist. */
static bool dr7_is_valid(const struct context_watch *w, uint64_t dr7)
{
	for (unsigned i = 0; i < 4; i++) {
		unsigned kind = dr7 >> (16 + 4 * i) & 3, length = dr7 >> (18 + 4 * i) & 3;

		if (!(dr7 >> (2 * i) & 3))
			continue;
		if (kind == 2 || (kind == 0 && length != 0) || w->dr[i] >= USER_END - 8)
			return false;
	}
	return true;
}

int context_set_debug(struct context *c, unsigned nr, uint64_t value)
{
	struct context_watch *w = watch_get(c);

	if (!w)
		return -ENOMEM;
	if (nr < 4) {
		if (value >= USER_END - 8)
			return -EINVAL;
		w->dr[nr] = value;
	} else if (nr == 6) {
		w->dr6 = value ^ DR6_FIXED;
	} else if (nr == 7) {
		value &= DR7_USER_MASK;
		if (!dr7_is_valid(w, value))
			return -EINVAL;
		w->dr7 = value;
	} else {
		return value ? -EIO : 0;
	}
	watch_changed(c);
	return 0;
}

/* A debug exception of the running thread: what DR6 said becomes its own. */
void watch_note_debug(uint64_t dr6)
{
	struct context_watch *w = thread_current()->ctx.watch;

	if (w)
		w->dr6 = (dr6 ^ DR6_FIXED) & 0xe00full;
}

/* ---- registers by number ---- */

/* Words of struct user_regs_struct; up to ss they are struct user_frame's. */
enum { WORD_ORIG_RAX = 15, WORD_RIP, WORD_CS, WORD_EFLAGS, WORD_RSP, WORD_SS, WORD_FS_BASE, WORD_GS_BASE, WORD_DS, WORD_ES,
       WORD_FS, WORD_GS };
static_assert(offsetof(struct user_frame, orig_rax) == 8 * WORD_ORIG_RAX && offsetof(struct user_frame, ss) == 8 * WORD_SS,
	      "struct user_frame has the order of struct user_regs_struct");

#define FLAGS_USER (X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF | X86_EFLAGS_SF | X86_EFLAGS_TF | \
		    X86_EFLAGS_DF | X86_EFLAGS_OF | X86_EFLAGS_RF | X86_EFLAGS_NT | X86_EFLAGS_AC)

uint64_t user_reg_get(struct user_frame *f, struct context *c, unsigned word)
{
	if (word <= WORD_SS)
		return ((uint64_t *)f)[word];
	if (word == WORD_FS_BASE)
		return context_get_fs_base(c);
	if (word == WORD_GS_BASE)
		return context_get_gs_base(c);
	return 0;
}

int user_reg_set(struct user_frame *f, struct context *c, unsigned word, uint64_t value)
{
	switch (word) {
	case WORD_CS:
	case WORD_SS:
		/* The selectors are ours; Linux refuses a kernel or null one likewise. */
		return (value & 3) == 3 ? 0 : -EIO;
	case WORD_EFLAGS:
		f->rflags = (f->rflags & ~(uint64_t)FLAGS_USER) | (value & FLAGS_USER);
		return 0;
	case WORD_FS_BASE:
	case WORD_GS_BASE:
		if (value >= USER_END)
			return -EIO;
		if (word == WORD_FS_BASE)
			context_set_fs_base(c, value);
		else
			context_set_gs_base(c, value);
		return 0;
	case WORD_DS:
	case WORD_ES:
	case WORD_FS:
	case WORD_GS:
		return value ? -EIO : 0;        /* 64-bit programs use the null selector */
	}
	if (word >= USER_REGS)
		return -EIO;
	((uint64_t *)f)[word] = value;
	return 0;
}
