/*
 * frame.h - the user's registers as saved at the top of the kernel stack.
 *
 * A system call saves only what the C convention may clobber and what sysret
 * needs; rbx rbp r12-r15 of the frame are stale unless the call is marked
 * `full` in syscalls.tbl, or the task is on the work path before user mode
 * (signals, ptrace), where entry.asm has completed the frame. Interrupts and
 * exceptions always save all. Layout known to assembly (generated offsets).
 * Order of fields = struct pt_regs of Linux's x86-64 ABI, so that ptrace,
 * core and signal frames map one to one.
 */
#pragma once
#include <base/compiler.h>

struct user_frame {
	uint64_t r15, r14, r13, r12, rbp, rbx;          /* callee-saved: complete only in a full frame */
	uint64_t r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
	uint64_t orig_rax;                              /* system call number, or -1 when none is in progress */
	uint64_t rip, cs, rflags, rsp, ss;
};
/* Selectors of user code and stack: Linux's, programs see them in signal frames. */
#define FRAME_USER_CS 0x33
#define FRAME_USER_SS 0x2b
#define FRAME_IS_USER(f) (((f)->cs & 3) == 3)
