/*
 * upcall.h - everything that arch calls in the floors above. Nothing else.
 */
#pragma once
#include <arch/frame.h>
#include <mm/boot.h>

/* Boot CPU, 64-bit mode, interrupts off, on the boot stack, GS base 0, first 4 GiB identity-mapped. */
void __noreturn kernel_main(struct boot_info *info);
/* Another CPU: on its idle stack, own GS base, all CPU registers set up. */
void __noreturn sched_ap_entry(void);

/*
 * A page fault at addr. Called with interrupts as they were. FAULT_REFUSED makes
 * arch deliver a signal (user), run a fix-up or panic; else it was served, without
 * (minor) or with (major) something read in.
 * *sig and *code are set for a user fault that cannot be served (SIGSEGV, SEGV_MAPERR ...).
 */
enum fault_served { FAULT_REFUSED, FAULT_MINOR, FAULT_MAJOR };
enum fault_served fault_handle(struct user_frame *frame, vaddr_t addr, unsigned error, int *sig, int *code);
#define FAULT_PRESENT 1u
#define FAULT_WRITE   2u
#define FAULT_USER    4u
#define FAULT_EXEC    16u
#define FAULT_FORCE   32u                   /* not the CPU's: space_write_forced() */

/* Force a synchronous signal on the current task (SIGILL, SIGFPE, SIGTRAP, SIGSEGV, SIGBUS). Interrupts on. */
void signal_force(int sig, int code, uint64_t addr, unsigned trap_nr, unsigned error_code);
/*
 * Before user mode with work pending (thread->work != 0): reschedule, deliver
 * signals. Interrupts on when called, full frame. Loop is inside.
 */
void user_return_work(struct user_frame *frame);
void timer_interrupt(bool from_user);       /* time: run expired timers, tick; interrupts off */
void sched_ipi(void);                       /* sched: drain inbox; interrupts off             */
void sched_irq_exit_preempt(void);          /* sched: preempt_count is 0 on the way out of an interrupt to the kernel */
void xcall_interrupt(void);
/* Unknown or unimplemented system call: logs once per number, rate-limited; returns -ENOSYS. */
long syscall_unknown(unsigned long nr);
