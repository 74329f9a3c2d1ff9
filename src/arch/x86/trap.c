/*
 * trap.c - exceptions: page faults served, user's errors turned into signals,
 * the kernel's fixed up or fatal.
 *
 * Entered from trap.asm with interrupts off and a full frame. Kernel code may
 * fault in two ways only: on user memory within usercopy.asm (a table tells
 * where to go on), and on any address in its no-fault part. A debug exception
 * of kernel code is a word of the program's that its tracer watches, touched by a
 * system call: nobody is told, as on Linux. Everything else in kernel mode is a bug, hence a panic.
 * Context: the interrupted code's; from user mode interrupts are turned on.
 */
#include "arch_priv.h"
#include "watch_priv.h"
#include <arch/irq.h>
#include <arch/upcall.h>
#include <arch/usercopy.h>
#include <percpu/preempt.h>
#include <sched/thread.h>
#include <trace/klog.h>
#include <linux/signal.h>

static const char *const trap_names[NR_TRAPS] = {
	"divide error", "debug exception", "NMI", "breakpoint", "overflow", "bound range exceeded", "invalid opcode",
	"device not available", "double fault", "coprocessor segment overrun", "invalid TSS", "segment not present",
	"stack segment fault", "general protection fault", "page fault", "reserved exception", "x87 exception",
	"alignment check", "machine check", "SIMD exception", "virtualization exception", "control protection exception",
};

static const char *trap_name(unsigned vector) { return trap_names[vector] ? trap_names[vector] : "reserved exception"; }

/* ---- the kernel's own faults ---- */

/* Where to go on after a fault at rip, or 0. A dozen entries: searched only on the way to -EFAULT. */
static uint64_t fixup_find(uint64_t rip)
{
	for (const struct ex_entry *e = __ex_table_start; e < __ex_table_end; e++)
		if (e->insn == rip)
			return e->fixup;
	return 0;
}

static bool in_usercopy(uint64_t rip) { return rip - (uintptr_t)usercopy_text_start < (size_t)(usercopy_text_end - usercopy_text_start); }
static bool in_nofault(uint64_t rip) { return rip - (uintptr_t)usercopy_nofault_start < (size_t)(usercopy_text_end - usercopy_nofault_start); }

static bool fixup_apply(struct user_frame *f)
{
	uint64_t to = fixup_find(f->rip);

	if (!to)
		return false;
	f->rip = to;
	return true;
}

static void __noreturn page_fault_panic(struct user_frame *f, uint64_t addr, unsigned error)
{
	panic_frame(f, "page fault in the kernel: %s %s at %016lx", addr < PAGE_SIZE ? "NULL pointer," : "cannot",
		    error & FAULT_EXEC ? "execute" : error & FAULT_WRITE ? "write" : "read", addr);
}

/* The current thread's own counters: nothing else writes them. */
static inline void fault_count(enum fault_served served)
{
	struct thread *t = thread_current();

	if (likely(served == FAULT_MINOR))
		t->min_flt++;
	else
		t->maj_flt++;
}

static void page_fault_kernel(struct user_frame *f, uint64_t addr, unsigned error)
{
	enum fault_served served;
	int sig, code;

	if (in_nofault(f->rip)) {
		if (fixup_apply(f))
			return;
		page_fault_panic(f, addr, error);
	}
	if (addr >= USER_END || !in_usercopy(f->rip))
		page_fault_panic(f, addr, error);
	if (f->rflags & X86_EFLAGS_IF)
		irq_enable();
	served = fault_handle(f, addr, error, &sig, &code);
	irq_disable();
	if (likely(served))
		fault_count(served);
	else if (!fixup_apply(f))
		page_fault_panic(f, addr, error);
}

static void page_fault_user(struct user_frame *f, uint64_t addr, unsigned error)
{
	enum fault_served served;
	int sig, code;

	irq_enable();
	served = fault_handle(f, addr, error, &sig, &code);
	if (likely(served))
		fault_count(served);
	else
		signal_force(sig, code, addr, TRAP_PF, error);
}

/* ---- the user's errors ---- */

/* Linux's si_code for a set of raised, unmasked x87 or SSE exceptions; 0 when there is none. */
static int fpe_code(unsigned raised)
{
	if (raised & 1)
		return FPE_FLTINV;
	if (raised & 4)
		return FPE_FLTDIV;
	if (raised & 8)
		return FPE_FLTOVF;
	if (raised & 0x12)                      /* denormal operand, underflow */
		return FPE_FLTUND;
	return raised & 0x20 ? FPE_FLTRES : 0;
}

static int x87_code(void)
{
	uint16_t status, control;

	__asm__ volatile("fnstsw %0" : "=m"(status));
	__asm__ volatile("fnstcw %0" : "=m"(control));
	return fpe_code(status & ~control & 0x3f);
}

static int sse_code(void)
{
	uint32_t mxcsr;

	__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
	return fpe_code(mxcsr & ~(mxcsr >> 7) & 0x3f);
}

static void float_error(struct user_frame *f, unsigned vector, int code)
{
	irq_enable();
	if (code)
		signal_force(SIGFPE, code, f->rip, vector, 0);
}

/* What the debug exception is about; forgotten by the CPU. */
static uint64_t take_dr6(void)
{
	uint64_t dr6;

	__asm__ volatile("mov %%dr6, %0" : "=r"(dr6));
	__asm__ volatile("mov %0, %%dr6" :: "r"(0xffff0ff0ul));
	return dr6;
}

static void debug_exception(struct user_frame *f)
{
	uint64_t dr6 = take_dr6();

	watch_note_debug(dr6);
	irq_enable();
	signal_force(SIGTRAP, dr6 & 15 ? TRAP_HWBKPT : dr6 & (1u << 14) ? TRAP_TRACE : TRAP_BRKPT, f->rip, TRAP_DB, 0);
}

/* What Linux sends for the exceptions without a handler of their own; address: si_addr is the instruction. */
static const struct { uint8_t sig; bool address; int code; } trap_signals[NR_TRAPS] = {
	[TRAP_DE] = { SIGFPE, true, FPE_INTDIV },
	[TRAP_BP] = { SIGTRAP, false, SI_KERNEL },
	[TRAP_OF] = { SIGSEGV, false, SI_KERNEL },
	[TRAP_BR] = { SIGSEGV, false, SI_KERNEL },
	[TRAP_UD] = { SIGILL, true, ILL_ILLOPN },
	[TRAP_OLD_MF] = { SIGFPE, false, SI_KERNEL },
	[TRAP_TS] = { SIGSEGV, false, SI_KERNEL },
	[TRAP_NP] = { SIGBUS, false, SI_KERNEL },
	[TRAP_SS] = { SIGBUS, false, SI_KERNEL },
	[TRAP_GP] = { SIGSEGV, false, SI_KERNEL },
	[TRAP_AC] = { SIGBUS, false, BUS_ADRALN },
};

static void trap_user(struct user_frame *f, unsigned vector, unsigned error)
{
	switch (vector) {
	case TRAP_DB:
		debug_exception(f);
		return;
	case TRAP_MF:
		float_error(f, vector, x87_code());
		return;
	case TRAP_XM:
		float_error(f, vector, sse_code());
		return;
	}
	if (!trap_signals[vector].sig)
		panic_frame(f, "unexpected %s in user mode", trap_name(vector));
	irq_enable();
	signal_force(trap_signals[vector].sig, trap_signals[vector].code, trap_signals[vector].address ? f->rip : 0,
		     vector, error);
}

void user_return_bad_rip(struct user_frame *f) { signal_force(SIGSEGV, SI_KERNEL, 0, TRAP_GP, 0); }

/* ---- from trap.asm ---- */

void trap_handle(struct user_frame *f, unsigned vector)
{
	unsigned error = f->orig_rax == -1ul ? 0 : f->orig_rax;
	uint64_t addr;

	f->orig_rax = -1ul;
	if (vector == TRAP_PF) {
		addr = read_cr2();
		if (FRAME_IS_USER(f))
			page_fault_user(f, addr, error);
		else
			page_fault_kernel(f, addr, error);
	} else if (FRAME_IS_USER(f)) {
		trap_user(f, vector, error);
	} else if (!((vector == TRAP_GP || vector == TRAP_SS) && in_nofault(f->rip) && fixup_apply(f))) {
		panic_frame(f, "%s in the kernel (error code %#x)", trap_name(vector), error);
	}
}

atomic_bool cpus_stopping;                  /* ipi_stop_others() */

void trap_handle_ist(struct user_frame *f, unsigned vector)
{
	uint64_t addr;

	if (vector == TRAP_DB) {
		(void)take_dr6();
		return;
	}
	if (vector == TRAP_NMI) {
		if (load_relaxed(&cpus_stopping))       /* relaxed: nothing else is read */
			cpu_stop_forever();
		klog_once(KLOG_WARN, "cpu: NMI without a known reason on CPU %u\n", cpu_id());
		return;
	}
	if (vector == TRAP_DF) {
		addr = read_cr2();
		if (f->rsp - addr + PAGE_SIZE < 2 * PAGE_SIZE)
			panic_frame(f, "kernel stack overflow (double fault, stack pointer %016lx)", f->rsp);
	}
	panic_frame(f, "%s", trap_name(vector));
}
