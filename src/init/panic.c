/*
 * panic.c - the end: say what happened, once, and stop every CPU.
 *
 * The first CPU that panics speaks; others are stopped by NMI, and one that panics
 * meanwhile stops silently. A panic within the panic stops at once. Nothing here
 * takes a lock or allocates. The option panic=N reboots: N < 0 at once, N > 0
 * after N seconds; without it the machine stays as it is, for a debugger.
 */
#include <arch/cpu.h>
#include <arch/irq.h>
#include <arch/timer.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <mm/boot.h>
#include <task/process.h>
#include <trace/klog.h>

static atomic_uint panic_cpu;               /* CPU number + 1 of the one that speaks */

static void say_where(void)
{
	struct thread *t = thread_current();

	if (!t)
		klog(KLOG_EMERG, "CPU %u, before the scheduler\n", cpu_id());
	else if (t->is_task)
		klog(KLOG_EMERG, "CPU %u, task %d (%s)\n", cpu_id(), thread_to_task(t)->tid, thread_to_task(t)->comm);
	else
		klog(KLOG_EMERG, "CPU %u, kernel thread %s\n", cpu_id(), t->name ? t->name : "?");
}

static void __noreturn finish(void)
{
	char value[16];
	uint64_t seconds = 0;
	const char *p = value;

	if (!boot_info || !boot_option("panic", value, sizeof value))
		cpu_stop_forever();
	if (*p == '-')
		machine_reboot();
	if (str_parse_u64(&p, 10, &seconds) || !seconds)
		cpu_stop_forever();
	for (uint64_t until = arch_clock_ticks() + seconds * arch_clock_khz() * 1000; arch_clock_ticks() < until; )
		cpu_relax();
	machine_reboot();
}

static void __noreturn die(const struct user_frame *f, const char *fmt, va_list ap)
{
	static char message[256];
	unsigned nobody = 0;

	irq_disable();
	if (!cas_acquire(&panic_cpu, &nobody, cpu_id() + 1))    /* acquire: only one CPU gets past */
		cpu_stop_forever();
	ipi_stop_others();
	klog_take_console();
	vsnprintf(message, sizeof message, fmt, ap);
	klog(KLOG_EMERG, "PANIC: %s\n", message);
	say_where();
	if (f) {
		registers_print(f);
		backtrace_print(f->rip, f->rsp, f->rbp);
	} else {
		backtrace_print((uintptr_t)__builtin_return_address(0), (uintptr_t)__builtin_frame_address(0),
				(uintptr_t)__builtin_frame_address(0));
	}
	klog(KLOG_EMERG, "end of panic\n");
	finish();
}

void __noreturn panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	die(NULL, fmt, ap);
}

void __noreturn panic_frame(const struct user_frame *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	die(f, fmt, ap);
}
