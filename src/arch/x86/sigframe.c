/*
 * sigframe.c - the frame of a signal handler, as Linux lays it on the user's stack.
 *
 *     old rsp   +-----------------------+
 *               | red zone, 128 bytes   |   (absent on a fresh alternate stack)
 *               | FPU state             |   64-byte aligned, with its magic words
 *               | siginfo               |
 *               | ucontext              |
 *     new rsp   | return address        |   = sa_restorer; new rsp + 8 is 16-byte aligned
 *
 * rt_sigreturn believes nothing of what it reads: selectors are ours, only
 * harmless flags are taken, a bad rip ends in SIGSEGV before user mode
 * (entry.asm), and the FPU area is made loadable (fpu.c). What Linux lets the
 * processor refuse ends in SIGSEGV in the restored context.
 * Context: see sigframe.h. Tests: tests/abi/signal/frame.c, sigreturn*.c, altstack.c.
 */
#include "arch_priv.h"
#include <arch/fpu.h>
#include <arch/sigframe.h>
#include <arch/usercopy.h>
#include <base/err.h>
#include <lib/string.h>
#include <asm/sigcontext.h>
#include <asm/ucontext.h>

struct rt_sigframe {
	uint64_t return_address;
	struct ucontext uc;
	siginfo_t info;
};
static_assert(sizeof(struct rt_sigframe) == 440, "x86-64 ABI");
static_assert(offsetof(struct rt_sigframe, info) == 312, "x86-64 ABI");

#define RED_ZONE 128
#define FPU_ALIGN 64
#define FRAME_ALIGN 16
/* What a handler's frame may say about flags; the rest is the kernel's. */
#define RFLAGS_USER (X86_EFLAGS_AC | X86_EFLAGS_OF | X86_EFLAGS_DF | X86_EFLAGS_TF | X86_EFLAGS_SF | X86_EFLAGS_ZF | \
		     X86_EFLAGS_AF | X86_EFLAGS_PF | X86_EFLAGS_CF | X86_EFLAGS_RF)

/* ---- where ---- */

static bool within_altstack(const struct sigframe_args *a, uint64_t sp)
{
	return sp > a->altstack_base && sp - a->altstack_base <= a->altstack_size;
}

/* Is the program on its alternate stack? With SS_AUTODISARM it never is: the stack is given up when entered. */
static bool on_altstack(const struct sigframe_args *a, uint64_t sp)
{
	return !(a->altstack_flags & SS_AUTODISARM) && within_altstack(a, sp);
}

/* Addresses of the frame and its FPU area. -EFAULT when they would leave the alternate stack. */
static int frame_place(uint64_t rsp, const struct sigframe_args *a, uint64_t *frame, uint64_t *fpu)
{
	bool bounded = a->altstack_size && on_altstack(a, rsp);
	uint64_t sp = rsp - RED_ZONE;

	if ((a->sa_flags & SA_ONSTACK) && a->altstack_size && !on_altstack(a, sp)) {
		sp = a->altstack_base + a->altstack_size;
		bounded = true;
	}
	*fpu = ALIGN_DOWN(sp - fpu_sigframe_size(), FPU_ALIGN);
	*frame = ALIGN_DOWN(*fpu - sizeof(struct rt_sigframe), FRAME_ALIGN) - 8;
	return bounded && !within_altstack(a, *frame) ? -EFAULT : 0;
}

size_t sigframe_max_size(void)
{
	return ALIGN_UP(sizeof(struct rt_sigframe) + FRAME_ALIGN - 1 + fpu_sigframe_size() + FPU_ALIGN - 1, (size_t)FRAME_ALIGN);
}

/* ---- delivery ---- */

static void sigcontext_fill(struct sigcontext *sc, const struct user_frame *f, const struct sigframe_args *a, uint64_t fpu)
{
	*sc = (struct sigcontext){
		.r8 = f->r8, .r9 = f->r9, .r10 = f->r10, .r11 = f->r11,
		.r12 = f->r12, .r13 = f->r13, .r14 = f->r14, .r15 = f->r15,
		.rdi = f->rdi, .rsi = f->rsi, .rbp = f->rbp, .rbx = f->rbx,
		.rdx = f->rdx, .rax = f->rax, .rcx = f->rcx, .rsp = f->rsp,
		.rip = f->rip, .eflags = f->rflags, .cs = USER_CS, .ss = USER_DS,
		.err = a->trap_error, .trapno = a->trap_nr, .oldmask = a->oldmask, .cr2 = a->trap_addr,
		.fpstate = (struct _fpstate *)fpu,
	};
}

static void ucontext_fill(struct ucontext *uc, const struct user_frame *f, const struct sigframe_args *a, uint64_t fpu)
{
	uc->uc_flags = UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS | (cpu_features.xsave ? UC_FP_XSTATE : 0);
	uc->uc_link = NULL;
	memset(&uc->uc_stack, 0, sizeof uc->uc_stack);      /* it has padding: no kernel bytes for the user */
	uc->uc_stack.ss_sp = (void *)a->altstack_base;
	uc->uc_stack.ss_flags = a->altstack_flags;
	uc->uc_stack.ss_size = a->altstack_size;
	sigcontext_fill(&uc->uc_mcontext, f, a, fpu);
	uc->uc_sigmask = a->oldmask;
}

static void enter_handler(struct user_frame *f, const struct sigframe_args *a, uint64_t frame)
{
	f->rdi = a->sig;
	f->rsi = frame + offsetof(struct rt_sigframe, info);
	f->rdx = frame + offsetof(struct rt_sigframe, uc);
	f->rax = 0;                             /* for handlers of variadic type: no vector registers */
	f->rip = a->handler;
	f->rsp = frame;
	f->rflags &= ~(uint64_t)(X86_EFLAGS_DF | X86_EFLAGS_RF | X86_EFLAGS_TF);
	f->cs = USER_CS;
	f->ss = USER_DS;
	f->orig_rax = -1ul;                     /* no system call is in progress any more */
}

int sigframe_push(struct user_frame *f, struct context *c, const struct sigframe_args *a)
{
	struct rt_sigframe frame;
	uint64_t at, fpu;
	size_t len = offsetof(struct rt_sigframe, info);
	int err = frame_place(f->rsp, a, &at, &fpu);

	if (err || !(a->sa_flags & SA_RESTORER))
		return -EFAULT;
	err = fpu_sigframe_save(c, UADDR(fpu));
	if (err)
		return err;
	frame.return_address = a->restorer;
	ucontext_fill(&frame.uc, f, a, fpu);
	if (a->sa_flags & SA_SIGINFO) {
		frame.info = *a->info;
		len = sizeof frame;
	}
	err = user_copy_out(UADDR(at), &frame, len);
	if (err)
		return err;
	fpu_reset(c);
	enter_handler(f, a, at);
	return 0;
}

/* ---- return ---- */

static void sigcontext_restore(struct user_frame *f, const struct sigcontext *sc)
{
	*f = (struct user_frame){
		.r8 = sc->r8, .r9 = sc->r9, .r10 = sc->r10, .r11 = sc->r11,
		.r12 = sc->r12, .r13 = sc->r13, .r14 = sc->r14, .r15 = sc->r15,
		.rdi = sc->rdi, .rsi = sc->rsi, .rbp = sc->rbp, .rbx = sc->rbx,
		.rdx = sc->rdx, .rax = sc->rax, .rcx = sc->rcx, .rsp = sc->rsp, .rip = sc->rip,
		.rflags = (f->rflags & ~(uint64_t)RFLAGS_USER) | (sc->eflags & RFLAGS_USER),
		.cs = USER_CS, .ss = USER_DS, .orig_rax = -1ul,
	};
}

/* What IRET would find fault with first. Compatibility mode is not offered. */
static int bad_selector(const struct ucontext *uc)
{
	unsigned cs = uc->uc_mcontext.cs | 3u, ss = uc->uc_mcontext.ss | 3u;

	if (cs != USER_CS)
		return (int)(cs & ~3u);
	return (uc->uc_flags & UC_STRICT_RESTORE_SS) && ss != USER_DS ? (int)(ss & ~3u) : -1;
}

int sigframe_pop(struct user_frame *f, struct context *c, struct sigframe_restored *out)
{
	struct ucontext uc;
	uint64_t frame = f->rsp - 8;            /* the handler's RET has taken the return address */
	int err = user_read(&uc, UADDR(frame + offsetof(struct rt_sigframe, uc)));

	if (err)
		return err;
	out->fpu_is_lost = fpu_sigframe_restore(c, UADDR(uc.uc_mcontext.fpstate));
	out->bad_selector = bad_selector(&uc);
	sigcontext_restore(f, &uc.uc_mcontext);
	out->mask = uc.uc_sigmask;
	out->altstack_base = (uint64_t)uc.uc_stack.ss_sp;
	out->altstack_size = uc.uc_stack.ss_size;
	out->altstack_flags = uc.uc_stack.ss_flags;
	return 0;
}
