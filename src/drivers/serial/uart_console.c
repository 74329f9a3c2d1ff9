/*
 * uart_console.c - the kernel's log on a serial port: polled, as it must work in a panic.
 *
 * It waits for the line, but never long: neither for a lock whose holder stopped, nor more than once for a reader.
 * Lock: u->lock (RANK_DEVICE), or none.     Context: any.
 */
#include <arch/cpu.h>
#include <mm/boot.h>
#include <time/clock.h>
#include <trace/klog.h>
#include "uart_priv.h"

#define POLL_SPINS 100000u                      /* for the lock, before text goes out without it */
#define POLL_WAIT_NS 500000000ull

static struct uart *console_port;               /* constant after bring-up */
static atomic_bool console_stuck;               /* nobody takes what the line sends: do not wait again */

/*
 * Until the transmitter is empty. Under an emulator the line is as slow as its reader, who may be off the CPU
 * for a while; but a line that nobody reads must not stop the kernel more than once.
 */
static void wait_empty(const struct uart *u)
{
	uint64_t deadline = clock_monotonic_ns() + POLL_WAIT_NS;

	while (!(reg_in(u, UART_LSR) & UART_LSR_THRE)) {
		if (load_relaxed(&console_stuck))
			return;
		if (clock_monotonic_ns() > deadline) {
			store_relaxed(&console_stuck, true);
			return;
		}
		cpu_relax();
	}
	if (unlikely(load_relaxed(&console_stuck)))
		store_relaxed(&console_stuck, false);
}

/* Text as it is into the FIFO, waiting only when it is full. */
static void poll_out(struct uart *u, const char *s, size_t n)
{
	unsigned room = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned need = s[i] == '\n' ? 2 : 1;

		if (room < need) {
			wait_empty(u);
			room = u->has_fifo ? FIFO_SIZE : need;
		}
		if (s[i] == '\n')
			reg_out(u, UART_TX, '\r');
		reg_out(u, UART_TX, (uint8_t)s[i]);
		room -= need;
	}
}

/*
 * Any context. The lock keeps others' bytes out of the line; if it cannot be had (a panic stopped its
 * holder) the text is worth more.
 */
static void console_write(const char *s, size_t n)
{
	struct uart *u = console_port;
	irqflags_t f = irq_save();
	bool locked = false;

	for (unsigned tries = 0; tries < POLL_SPINS && !locked; tries++) {
		locked = spin_trylock(&u->lock.inner);
		if (!locked)
			cpu_relax();
	}
	poll_out(u, s, n);
	if (locked)
		irq_spin_unlock(&u->lock, f);
	else
		irq_restore(f);
}

/* "ttyS1" or "ttyS1,115200n8" names the console's port and speed. */
void uart_console_choose(struct uart *const ports[NR_PORTS])
{
	char option[32] = "", *digits = option + 4;
	uint64_t n = 0, speed = 0;
	const char *s;

	if (boot_option("console", option, sizeof option) && str_has_prefix(option, "ttyS")) {
		s = digits;
		if (str_parse_u64(&s, 10, &n) || n >= NR_PORTS || !ports[n])
			n = 0;
		if (*s == ',') {
			s++;
			(void)!str_parse_u64(&s, 10, &speed);
		}
	}
	console_port = ports[n];
	if (!console_port)
		return;
	if (speed == BASE_BAUD) {
		console_port->tty.ldisc.tio.c_cflag = (console_port->tty.ldisc.tio.c_cflag & ~(tcflag_t)CBAUD) | B115200;
		console_port->tty.ldisc.tio.c_ispeed = console_port->tty.ldisc.tio.c_ospeed = BASE_BAUD;
	}
	tty_set_console(&console_port->tty);
	klog_set_console(console_write);
}
