/*
 * switch.c - what a context is beside its kernel stack: where the next entry
 * from user mode lands, the user's FS and GS bases, the FPU registers.
 *
 * While a kernel thread runs, the last user thread's FS base, inactive GS base
 * and FPU registers stay in the CPU: only a load replaces them. With FSGSBASE
 * user mode changes its bases itself, so they are read back at every save and
 * `known` tells whether the value remembered is what the register holds.
 * Without it they change by arch_prctl(2) alone, here.
 * Context: save and load with interrupts off; the rest own thread.
 */
#include "arch_priv.h"
#include "fpu_priv.h"
#include "watch_priv.h"
#include <arch/irq.h>
#include <arch/switch.h>
#include <percpu/preempt.h>
#include <sched/thread.h>

struct user_bases { uint64_t fs, gs; bool known; };     /* what the registers hold; own CPU, interrupts off */
DEFINE_PERCPU_STATIC(struct user_bases, user_bases);
DEFINE_PERCPU(uint64_t, syscall_sp);
DEFINE_PERCPU(uint64_t, syscall_user_rsp);

#define SYSCALL_PAD 8                       /* entry.asm: keeps the stack 16-byte aligned at calls */

void context_start(void);

static inline uint64_t read_fs_base(void)
{
	uint64_t v;

	__asm__ volatile("rdfsbase %0" : "=r"(v));
	return v;
}
static inline void write_fs_base(uint64_t v) { __asm__ volatile("wrfsbase %0" :: "r"(v)); }

/* The user's GS base is the inactive one. Interrupts off: between the two SWAPGS only NMI may come, which copes. */
static inline uint64_t read_user_gs_base(void)
{
	uint64_t v;

	__asm__ volatile("swapgs; rdgsbase %0; swapgs" : "=r"(v) :: "memory");
	return v;
}
static inline void write_user_gs_base(uint64_t v) { __asm__ volatile("swapgs; wrgsbase %0; swapgs" :: "r"(v) : "memory"); }

void context_save_user(struct context *from)
{
	if (!from->fpu)
		return;
	if (likely(cpu_features.fsgsbase)) {
		uint64_t fs = read_fs_base(), gs = read_user_gs_base();

		from->fs_base = fs;
		from->gs_base = gs;
		this_cpu_write(user_bases.fs, fs);
		this_cpu_write(user_bases.gs, gs);
		this_cpu_write(user_bases.known, true);
	}
	fpu_switch_out(from->fpu);
}

static void load_bases(const struct context *to)
{
	if (likely(cpu_features.fsgsbase)) {
		bool known = this_cpu_read(user_bases.known);

		if (!known || this_cpu_read(user_bases.fs) != to->fs_base)
			write_fs_base(to->fs_base);
		if (!known || this_cpu_read(user_bases.gs) != to->gs_base)
			write_user_gs_base(to->gs_base);
		this_cpu_write(user_bases.known, false);        /* it may change them before the next save */
		return;
	}
	if (this_cpu_read(user_bases.fs) != to->fs_base) {
		wrmsr(MSR_FS_BASE, to->fs_base);
		this_cpu_write(user_bases.fs, to->fs_base);
	}
	if (this_cpu_read(user_bases.gs) != to->gs_base) {
		wrmsr(MSR_KERNEL_GS_BASE, to->gs_base);
		this_cpu_write(user_bases.gs, to->gs_base);
	}
}

void context_load_user(struct context *to, void *stack_top)
{
	this_cpu_write(cpu_tss.rsp[0], (uint64_t)stack_top);
	this_cpu_write(syscall_sp, (uint64_t)context_user_frame(stack_top) - SYSCALL_PAD);
	if (unlikely(!watch_is_loaded(to)))
		watch_load(to);
	if (!to->fpu)
		return;
	load_bases(to);
	fpu_switch_in(to->fpu);
}

struct fresh_stack { uint64_t r15, r14, r13, r12, rbx, rbp, start; };     /* popped by context_switch() */

void context_init(struct context *c, void *stack_top, void (*entry)(void *prev))
{
	/* Below the user frame; context_start is entered with rsp 16-byte aligned, as its call wants. */
	uintptr_t top = ALIGN_DOWN((uintptr_t)context_user_frame(stack_top), 16);
	struct fresh_stack *s = (struct fresh_stack *)top - 1;

	*s = (struct fresh_stack){ .rbx = (uintptr_t)entry, .start = (uintptr_t)context_start };
	c->rsp = (uintptr_t)s;
}

/* ---- arch_prctl(2), CLONE_SETTLS ---- */

static bool is_running(const struct context *c)
{
	struct thread *t = thread_current();

	return t && c == &t->ctx;
}

void context_set_fs_base(struct context *c, uint64_t base)
{
	irqflags_t flags = irq_save();

	c->fs_base = base;
	if (is_running(c)) {
		if (cpu_features.fsgsbase)
			write_fs_base(base);
		else
			wrmsr(MSR_FS_BASE, base);
		this_cpu_write(user_bases.fs, base);
	}
	irq_restore(flags);
}

void context_set_gs_base(struct context *c, uint64_t base)
{
	irqflags_t flags = irq_save();

	c->gs_base = base;
	if (is_running(c)) {
		if (cpu_features.fsgsbase)
			write_user_gs_base(base);
		else
			wrmsr(MSR_KERNEL_GS_BASE, base);
		this_cpu_write(user_bases.gs, base);
	}
	irq_restore(flags);
}

uint64_t context_get_fs_base(struct context *c)
{
	return cpu_features.fsgsbase && is_running(c) ? read_fs_base() : c->fs_base;
}

uint64_t context_get_gs_base(struct context *c)
{
	irqflags_t flags;
	uint64_t base;

	if (!cpu_features.fsgsbase || !is_running(c))
		return c->gs_base;
	flags = irq_save();
	base = read_user_gs_base();
	irq_restore(flags);
	return base;
}
