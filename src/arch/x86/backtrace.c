/*
 * backtrace.c - what a panic shows: registers, and who called whom.
 *
 * With frame pointers (debug builds) the chain of them is followed as long as
 * it climbs; without, every word of the stack that is an address right after a
 * CALL is shown: some are left-overs, marked with a question mark as Linux does.
 * All memory is read through kernel_load_u64_nofault(). Context: any, NMI too.
 */
#include "arch_priv.h"
#include <arch/usercopy.h>
#include <sched/thread.h>
#include <trace/klog.h>

#ifdef CONFIG_DEBUG
#define HAS_FRAME_POINTERS true
#else
#define HAS_FRAME_POINTERS false
#endif
#define LINES_MAX 32
#define WORDS_MAX (KSTACK_SIZE / 8)

extern const char __text_start[], __text_end[];

static bool is_text(uint64_t a) { return a >= (uintptr_t)__text_start && a < (uintptr_t)__text_end; }

/* Does a CALL end at a? E8 rel32, or FF /2 in its lengths of two to seven bytes. */
static bool follows_call(uint64_t a)
{
	const uint8_t *p = (const uint8_t *)a;

	if (a - (uintptr_t)__text_start < 8)
		return false;
	if (p[-5] == 0xe8)
		return true;
	for (unsigned len = 2; len <= 7; len++)
		if (p[-(int)len] == 0xff && (p[1 - (int)len] >> 3 & 7) == 2)
			return true;
	return false;
}

static void print_address(uint64_t a, const char *mark)
{
	klog(KLOG_EMERG, " %s%016lx %pS\n", mark, a, (void *)a);
}

static void backtrace_frames(uintptr_t rbp)
{
	for (unsigned n = 0; n < LINES_MAX; n++) {
		uint64_t next, ret;

		if (kernel_load_u64_nofault(&next, (void *)rbp) || kernel_load_u64_nofault(&ret, (void *)(rbp + 8)) || !is_text(ret))
			return;
		print_address(ret, " ");
		if (next <= rbp)
			return;
		rbp = next;
	}
}

static void backtrace_scan(uintptr_t rsp)
{
	unsigned lines = 0;
	uint64_t word;

	if (kernel_load_u64_nofault(&word, (void *)ALIGN_DOWN(rsp, 8)))
		rsp = ALIGN_UP(rsp + 1, PAGE_SIZE);     /* an overflowing stack begins above its guard page */
	for (unsigned i = 0; i < WORDS_MAX && lines < LINES_MAX; i++) {
		if (kernel_load_u64_nofault(&word, (uint64_t *)ALIGN_DOWN(rsp, 8) + i))
			return;                         /* the stack ends: nothing is mapped above it */
		if (!is_text(word) || !follows_call(word))
			continue;
		print_address(word, "?");
		lines++;
	}
}

void backtrace_print(uintptr_t rip, uintptr_t rsp, uintptr_t rbp)
{
	klog(KLOG_EMERG, "Call trace:\n");
	if (is_text(rip))
		print_address(rip, " ");
	if (rsp < USER_END)
		return;
	if (HAS_FRAME_POINTERS)
		backtrace_frames(rbp);
	else
		backtrace_scan(rsp);
}

void registers_print(const struct user_frame *f)
{
	klog(KLOG_EMERG, "RIP %04lx:%016lx %pS\n", f->cs, f->rip, (void *)f->rip);
	klog(KLOG_EMERG, "RSP %04lx:%016lx  RFLAGS %08lx  ORIG_RAX %016lx\n", f->ss, f->rsp, f->rflags, f->orig_rax);
	klog(KLOG_EMERG, "RAX %016lx  RBX %016lx  RCX %016lx  RDX %016lx\n", f->rax, f->rbx, f->rcx, f->rdx);
	klog(KLOG_EMERG, "RSI %016lx  RDI %016lx  RBP %016lx  R8  %016lx\n", f->rsi, f->rdi, f->rbp, f->r8);
	klog(KLOG_EMERG, "R9  %016lx  R10 %016lx  R11 %016lx  R12 %016lx\n", f->r9, f->r10, f->r11, f->r12);
	klog(KLOG_EMERG, "R13 %016lx  R14 %016lx  R15 %016lx\n", f->r13, f->r14, f->r15);
	klog(KLOG_EMERG, "CR0 %016lx  CR2 %016lx  CR3 %016lx  CR4 %016lx\n", read_cr0(), read_cr2(), read_cr3(), read_cr4());
}

/* It may be running again by now: what is read is not followed, and lies on its stack or is refused. */
unsigned backtrace_collect(const struct thread *t, uint64_t *out, unsigned max)
{
	uintptr_t bottom = (uintptr_t)t->stack, rsp = t == thread_current() ? (uintptr_t)__builtin_frame_address(0) : t->ctx.rsp;
	unsigned n = 0;

	if (!bottom || rsp < bottom || rsp >= bottom + KSTACK_SIZE)
		return 0;
	for (rsp = ALIGN_DOWN(rsp, 8); n < max && rsp < bottom + KSTACK_SIZE - sizeof(struct user_frame); rsp += 8) {
		uint64_t word;

		if (kernel_load_u64_nofault(&word, (void *)rsp))
			break;
		if (is_text(word) && follows_call(word))
			out[n++] = word;
	}
	return n;
}
