/*
 * switch.h - kernel contexts: the stack pointer and user segment bases of a thread.
 */
#pragma once
#include <arch/frame.h>

struct context_watch;
struct fpu_state;                           /* XSAVE area, sized by CPUID; NULL for kernel threads */

struct context {
	uint64_t rsp;                           /* kernel stack pointer while switched out          */
	uint64_t fs_base, gs_base;              /* user's; saved by context_save_user()              */
	struct fpu_state *fpu;                  /* saved lazily or eagerly by arch, owned by thread  */
	struct context_watch *watch;            /* NULL: nobody observes it (arch/trace.h)           */
	uint64_t watch_id;                      /* names the watch's values; 0 without               */
};

/*
 * Switch kernel stacks; interrupts off, preemption off. Returns, on the stack
 * of `to`, the thread pointer `prev` that its switcher passed.
 */
void *context_switch(struct context *from, struct context *to, void *prev);
/* Around it: save the user's FS/GS bases and FPU of `from`; load those of `to`, its TSS stack and syscall stack top. */
void context_save_user(struct context *from);
void context_load_user(struct context *to, void *stack_top);
/* Prepare a fresh context: the first switch to it calls entry(prev), on its own stack; entry never returns. */
void context_init(struct context *c, void *stack_top, void (*entry)(void *prev));
/* Leave to user mode with *frame (which lies at the top of this stack); the full frame is loaded. Never returns. */
void __noreturn context_enter_user(struct user_frame *frame);
/* The user frame at the top of a stack of the given top. */
static inline struct user_frame *context_user_frame(void *stack_top) { return (struct user_frame *)stack_top - 1; }

/* User segment bases of the running thread (arch_prctl, CLONE_SETTLS). Preemption off inside. */
void context_set_fs_base(struct context *c, uint64_t base);
void context_set_gs_base(struct context *c, uint64_t base);
uint64_t context_get_fs_base(struct context *c);
uint64_t context_get_gs_base(struct context *c);
