/*
 * fpu.h - the user's x87/SSE/AVX state, and its form in signal frames.
 *
 * Kernel code uses no FPU registers. State is allocated at fork/exec, sized by
 * CPUID leaf 0xD for the enabled XCR0 (FXSAVE's 512 bytes without XSAVE).
 */
#pragma once
#include <arch/switch.h>

void fpu_init_boot(void);                                    /* boot CPU: detect and size  */
void fpu_init_cpu(void);                                     /* every CPU: CR0/CR4/XCR0    */
__must_check int fpu_alloc(struct context *c);               /* initial state; -ENOMEM     */
__must_check int fpu_copy(struct context *to, struct context *from);  /* fork: from is the running thread's */
void fpu_free(struct context *c);
void fpu_reset(struct context *c);                           /* exec: initial state, running thread */

size_t fpu_sigframe_size(void);                              /* bytes of the XSAVE area in a signal frame, with FP_XSTATE_MAGIC2 */
__must_check int fpu_sigframe_save(struct context *c, uaddr_t to);     /* 0, -EFAULT */
__must_check int fpu_sigframe_restore(struct context *c, uaddr_t from);/* 0; -EFAULT: it is reset; from null: reset, too */
