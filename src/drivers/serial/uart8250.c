/*
 * uart8250.c - serial ports COM1 to COM4: 8250 to 16550A, interrupt driven.
 *
 * Received bytes go from the interrupt into tty.rx; when that is nearly full the interrupt stops taking
 * bytes (they wait in the FIFO, and with the sender) until the reader has made room: nothing is lost.
 * Bytes to send wait in `tx`; the transmitter's interrupt loads the FIFO. Nobody waits for the line but
 * the kernel's log (uart_console.c).
 *   I1  tx: produced under tty.lock, consumed under u->lock
 *   I2  IER_THRI is set while tx is not empty and sending is not stopped
 *   I3  is_throttled is set only while IER_RDI is clear; whoever clears one sets the other (u->lock)
 * Every port access is an exit under a hypervisor: registers that only we write are kept in the struct,
 * and a full FIFO is read without asking before each byte.
 * Lock order: tty.lock, u->lock (RANK_DEVICE), waitq.   Context: interrupt, task.
 */
#include <arch/irq.h>
#include <lib/printf.h>
#include <sched/sched.h>
#include <task/cred.h>
#include <time/clock.h>
#include <time/timer.h>
#include <trace/klog.h>
#include <linux/capability.h>
#include <linux/serial.h>
#include "uart_priv.h"

#define RX_SIZE 32768u
#define TX_SIZE 8192u
#define FIFO_TRIGGER 14u                        /* of UART_FCR_TRIGGER_14 */
#define MAX_PASSES 256                          /* in one interrupt: a broken port must not hang us */
#define SHUTDOWN_WAIT_NS 1000000000ull          /* then a line that nobody reads is given up */
#define DRAIN_LOOK_NS 2000000u

static const struct { uint16_t io; uint8_t irq; } places[NR_PORTS] = { { 0x3f8, 4 }, { 0x2f8, 3 }, { 0x3e8, 4 }, { 0x2e8, 3 } };
static struct uart *ports[NR_PORTS];            /* const after bring-up; NULL: not there */

static struct uart *uart_of(struct tty *t) { return container_of(t, struct uart, tty); }

static void ier_set_locked(struct uart *u, uint8_t ier)
{
	if (u->ier != ier) {
		u->ier = ier;
		reg_out(u, UART_IER, ier);
	}
}

/* ---- receiving, in the interrupt ---- */

static void throttle_locked(struct uart *u)
{
	ier_set_locked(u, u->ier & (uint8_t)~(UART_IER_RDI | UART_IER_RLSI));
	if (u->tty.ldisc.tio.c_cflag & CRTSCTS)
		reg_out(u, UART_MCR, u->mcr &= (uint8_t)~UART_MCR_RTS);
	if (u->tty.ldisc.tio.c_iflag & IXOFF) {
		u->x_char = u->tty.ldisc.tio.c_cc[VSTOP];
		ier_set_locked(u, u->ier | UART_IER_THRI);
	}
	store_relaxed(&u->is_throttled, true);
	fence_seq_cst();                               /* then look at the room again; pairs with input_drained() */
}

static void unthrottle_locked(struct uart *u)
{
	store_relaxed(&u->is_throttled, false);
	if (u->tty.ldisc.tio.c_cflag & CRTSCTS)
		reg_out(u, UART_MCR, u->mcr |= UART_MCR_RTS);
	if (u->tty.ldisc.tio.c_iflag & IXOFF) {
		u->x_char = u->tty.ldisc.tio.c_cc[VSTART];
		ier_set_locked(u, u->ier | UART_IER_THRI);
	}
	ier_set_locked(u, u->ier | UART_IER_RDI | UART_IER_RLSI);
}

static bool has_rx_room(const struct uart *u) { return ring_space(&u->tty.rx) >= RX_SIZE / 2; }

/* One byte whose line status is lsr. */
static void receive_byte_locked(struct uart *u, uint8_t lsr)
{
	uint8_t c = reg_in(u, UART_RX);

	if (unlikely(lsr & (UART_LSR_BI | UART_LSR_OE | UART_LSR_FE | UART_LSR_PE))) {
		u->count.overrun += !!(lsr & UART_LSR_OE);
		if (lsr & UART_LSR_BI) {
			u->count.brk++;
			fetch_add_relaxed(&u->tty.breaks, 1);
			return;                        /* the byte of a break is none */
		}
		u->count.frame += !!(lsr & UART_LSR_FE);
		u->count.parity += !!(lsr & UART_LSR_PE);
		if ((lsr & (UART_LSR_FE | UART_LSR_PE)) && (u->tty.ldisc.tio.c_iflag & IGNPAR))
			return;
	}
	ring_put_byte(&u->tty.rx, c);
	u->count.rx++;
}

static void receive_locked(struct uart *u, uint8_t iir, uint8_t lsr)
{
	/* The trigger level was reached: so many bytes are there for sure, none with an error. */
	if ((iir & UART_IIR_ID) == UART_IIR_RDI && u->has_fifo && ring_space(&u->tty.rx) >= 2 * FIFO_SIZE) {
		for (unsigned n = 0; n < FIFO_TRIGGER; n++)
			receive_byte_locked(u, 0);
		lsr = reg_in(u, UART_LSR);
	}
	for (int pass = 0; (lsr & (UART_LSR_DR | UART_LSR_BI)) && pass < MAX_PASSES; pass++) {
		if (ring_space(&u->tty.rx) < FIFO_SIZE) {
			throttle_locked(u);
			if (has_rx_room(u))
				unthrottle_locked(u);
			break;
		}
		receive_byte_locked(u, lsr);
		lsr = reg_in(u, UART_LSR);
	}
}

/* The discipline has emptied rx, tty.lock held. */
static void uart_input_drained(struct tty *t)
{
	struct uart *u = uart_of(t);
	irqflags_t f;

	fence_seq_cst();                               /* room before the flag; pairs with throttle_locked() */
	if (likely(!load_relaxed(&u->is_throttled)) || !has_rx_room(u))
		return;
	f = irq_spin_lock(&u->lock);
	if (u->is_throttled)
		unthrottle_locked(u);
	irq_spin_unlock(&u->lock, f);
}

/* ---- sending ---- */

/* The transmitter is empty: load it. True when writers have room again. */
static bool transmit_locked(struct uart *u)
{
	uint8_t buf[FIFO_SIZE];
	uint32_t before, n;

	if (u->x_char) {
		reg_out(u, UART_TX, u->x_char);
		u->x_char = 0;
		return false;
	}
	before = ring_count(&u->tx);
	if (u->is_stopped || !before) {
		ier_set_locked(u, u->ier & (uint8_t)~UART_IER_THRI);
		return false;
	}
	n = ring_take(&u->tx, buf, u->has_fifo ? FIFO_SIZE : 1);
	for (uint32_t i = 0; i < n; i++)
		reg_out(u, UART_TX, buf[i]);
	u->count.tx += n;
	if (n == before)                               /* no more: spare the interrupt that would say so */
		ier_set_locked(u, u->ier & (uint8_t)~UART_IER_THRI);
	return n == before || (before > TX_SIZE / 2 && before - n <= TX_SIZE / 2);
}

static void transmit_start(struct uart *u)
{
	irqflags_t f = irq_spin_lock(&u->lock);

	if (!u->is_stopped && ring_count(&u->tx))
		ier_set_locked(u, u->ier | UART_IER_THRI);     /* raises the interrupt if the transmitter is empty */
	irq_spin_unlock(&u->lock, f);
}

static size_t uart_write(struct tty *t, const uint8_t *s, size_t n)
{
	struct uart *u = uart_of(t);

	n = ring_put(&u->tx, s, (uint32_t)MIN(n, (size_t)UINT32_MAX));
	if (n)
		transmit_start(u);
	return n;
}

static size_t uart_room(struct tty *t) { return ring_space(&uart_of(t)->tx); }
/* Under the lock: what transmit_locked() has taken and not yet given to the device is in neither. */
static size_t uart_pending(struct tty *t)
{
	struct uart *u = uart_of(t);
	irqflags_t f = irq_spin_lock(&u->lock);
	size_t n = ring_count(&u->tx);

	irq_spin_unlock(&u->lock, f);
	return n;
}

static bool uart_drained(struct tty *t)
{
	struct uart *u = uart_of(t);
	irqflags_t f = irq_spin_lock(&u->lock);
	bool is_drained = !ring_count(&u->tx) && (reg_in(u, UART_LSR) & UART_LSR_TEMT);

	irq_spin_unlock(&u->lock, f);
	return is_drained;
}

static uint8_t fcr_value(const struct uart *u) { return u->has_fifo ? UART_FCR_ENABLE_FIFO | UART_FCR_TRIGGER_14 : 0; }

static void uart_flush(struct tty *t)
{
	struct uart *u = uart_of(t);
	irqflags_t f = irq_spin_lock(&u->lock);

	ring_clear(&u->tx);
	if (u->has_fifo)
		reg_out(u, UART_FCR, fcr_value(u) | UART_FCR_CLEAR_XMIT);
	irq_spin_unlock(&u->lock, f);
}

static void uart_flow(struct tty *t, bool stop)
{
	struct uart *u = uart_of(t);
	irqflags_t f = irq_spin_lock(&u->lock);

	u->is_stopped = stop;
	irq_spin_unlock(&u->lock, f);
	if (!stop)
		transmit_start(u);
}

static void uart_send_now(struct tty *t, uint8_t c)
{
	struct uart *u = uart_of(t);
	irqflags_t f = irq_spin_lock(&u->lock);

	u->x_char = c;
	ier_set_locked(u, u->ier | UART_IER_THRI);
	irq_spin_unlock(&u->lock, f);
}

/* ---- the interrupt ---- */

/* Serve what one port wants; false when it wants nothing. */
static bool uart_interrupt(struct uart *u)
{
	bool input, room = false;
	irqflags_t f = irq_spin_lock(&u->lock);
	uint8_t iir = reg_in(u, UART_IIR), lsr;

	if (iir & UART_IIR_NO_INT) {
		irq_spin_unlock(&u->lock, f);
		return false;
	}
	lsr = reg_in(u, UART_LSR);
	if ((iir & UART_IIR_ID) == UART_IIR_MSI)
		reg_in(u, UART_MSR);                   /* acknowledges it */
	input = (lsr & (UART_LSR_DR | UART_LSR_BI)) && (u->ier & UART_IER_RDI);
	if (input)
		receive_locked(u, iir, lsr);
	if ((lsr & UART_LSR_THRE) && (u->ier & UART_IER_THRI))
		room = transmit_locked(u);
	irq_spin_unlock(&u->lock, f);
	if (input)
		tty_input_arrived(&u->tty);
	if (room)
		tty_wake_writers(&u->tty);
	return true;
}

/* ISA interrupts are edges, and two ports share one: leave only when neither wants anything. */
static void line_interrupt(void *arg)
{
	unsigned irq = (unsigned)(uintptr_t)arg;

	for (int pass = 0; pass < MAX_PASSES; pass++) {
		bool any = false;

		for (unsigned n = 0; n < NR_PORTS; n++)
			if (ports[n] && ports[n]->isa_irq == irq)
				any |= uart_interrupt(ports[n]);
		if (!any)
			return;
	}
}

/* ---- modes ---- */

static void uart_termios(struct tty *t, const struct ktermios *old)
{
	struct uart *u = uart_of(t);
	const struct ktermios *tio = &t->ldisc.tio;
	unsigned speed = tty_speed_from_cflag(tio);
	unsigned divisor = speed ? MAX(BASE_BAUD / MIN(speed, BASE_BAUD), 1u) : 0;
	irqflags_t f;

	if (old && !((old->c_cflag ^ tio->c_cflag) & (CBAUD | CSIZE | CSTOPB | PARENB | PARODD)) && old->c_ospeed == tio->c_ospeed)
		return;
	f = irq_spin_lock(&u->lock);
	u->lcr = (tio->c_cflag & CSIZE) == CS5 ? UART_LCR_WLEN5 : (tio->c_cflag & CSIZE) == CS6 ? UART_LCR_WLEN6 :
		 (tio->c_cflag & CSIZE) == CS7 ? UART_LCR_WLEN7 : UART_LCR_WLEN8;
	u->lcr |= (tio->c_cflag & CSTOPB ? UART_LCR_STOP : 0) | (tio->c_cflag & PARENB ? UART_LCR_PARITY : 0) |
		  (tio->c_cflag & PARODD ? 0 : UART_LCR_EPAR);
	if (divisor) {
		reg_out(u, UART_LCR, u->lcr | UART_LCR_DLAB);
		reg_out(u, UART_DLL, (uint8_t)divisor);
		reg_out(u, UART_DLM, (uint8_t)(divisor >> 8));
	}
	reg_out(u, UART_LCR, u->lcr);
	u->mcr = divisor ? u->mcr | UART_MCR_DTR | UART_MCR_RTS : u->mcr & (uint8_t)~(UART_MCR_DTR | UART_MCR_RTS);
	reg_out(u, UART_MCR, u->mcr);
	irq_spin_unlock(&u->lock, f);
}

/* ---- open and close ---- */

static int buffers_make(struct uart *u)
{
	if (!u->tty.rx.size) {
		u->tty.rx.buf = kmalloc(RX_SIZE, 0);
		if (!u->tty.rx.buf)
			return -ENOMEM;
		u->tty.rx.size = RX_SIZE;
	}
	if (!u->tx.size) {
		u->tx.buf = kmalloc(TX_SIZE, 0);
		if (!u->tx.buf)
			return -ENOMEM;
		u->tx.size = TX_SIZE;
	}
	return 0;
}

static void uart_enable(struct uart *u)
{
	irqflags_t f = irq_spin_lock(&u->lock);

	reg_out(u, UART_FCR, fcr_value(u) | (u->has_fifo ? UART_FCR_CLEAR_RCVR : 0));
	u->mcr = UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT2;  /* OUT2 lets the interrupt through */
	reg_out(u, UART_MCR, u->mcr);
	reg_in(u, UART_LSR);
	reg_in(u, UART_RX);
	reg_in(u, UART_IIR);
	reg_in(u, UART_MSR);
	u->is_throttled = false;
	ier_set_locked(u, u->ier | UART_IER_RDI | UART_IER_RLSI);
	irq_spin_unlock(&u->lock, f);
}

static int uart_open(struct tty *t, bool first)
{
	struct uart *u = uart_of(t);
	int err;

	if (!first)
		return 0;
	err = buffers_make(u);
	if (err)
		return err;
	if (!u->has_thread) {
		err = kthread_start(t->name, tty_input_loop, t, -1, NULL);
		if (err)
			return err;
		u->has_thread = true;
	}
	uart_termios(t, NULL);
	uart_enable(u);
	return 0;
}

/* What was written still goes out; what comes in from now on is nobody's. */
static void uart_close(struct tty *t, bool last)
{
	struct uart *u = uart_of(t);
	irqflags_t f;

	if (!last)
		return;
	f = irq_spin_lock(&u->lock);
	ier_set_locked(u, u->ier & (uint8_t)~(UART_IER_RDI | UART_IER_RLSI));
	u->is_throttled = false;
	if (t->ldisc.tio.c_cflag & HUPCL)
		reg_out(u, UART_MCR, u->mcr &= (uint8_t)~(UART_MCR_DTR | UART_MCR_RTS));
	irq_spin_unlock(&u->lock, f);
}

/* ---- ioctls ---- */

static long modem_get(struct uart *u, uaddr_t arg)
{
	uint8_t msr = reg_in(u, UART_MSR);
	int bits = (u->mcr & UART_MCR_RTS ? TIOCM_RTS : 0) | (u->mcr & UART_MCR_DTR ? TIOCM_DTR : 0) |
		   (u->mcr & UART_MCR_LOOP ? TIOCM_LOOP : 0) | (msr & UART_MSR_DCD ? TIOCM_CAR : 0) |
		   (msr & UART_MSR_RI ? TIOCM_RNG : 0) | (msr & UART_MSR_DSR ? TIOCM_DSR : 0) | (msr & UART_MSR_CTS ? TIOCM_CTS : 0);

	return user_write(arg, &bits);
}

static long modem_set(struct uart *u, unsigned cmd, uaddr_t arg)
{
	uint8_t all = UART_MCR_RTS | UART_MCR_DTR | UART_MCR_LOOP, mcr;
	irqflags_t f;
	int bits;

	if (user_read(&bits, arg))
		return -EFAULT;
	mcr = (bits & TIOCM_RTS ? UART_MCR_RTS : 0) | (bits & TIOCM_DTR ? UART_MCR_DTR : 0) | (bits & TIOCM_LOOP ? UART_MCR_LOOP : 0);
	f = irq_spin_lock(&u->lock);
	if (cmd == TIOCMBIS)
		u->mcr |= mcr;
	else if (cmd == TIOCMBIC)
		u->mcr &= (uint8_t)~mcr;
	else
		u->mcr = (u->mcr & (uint8_t)~all) | mcr;
	reg_out(u, UART_MCR, u->mcr);
	irq_spin_unlock(&u->lock, f);
	return 0;
}

static void set_break(struct uart *u, bool on)
{
	irqflags_t f = irq_spin_lock(&u->lock);

	u->lcr = on ? u->lcr | UART_LCR_SBC : u->lcr & (uint8_t)~UART_LCR_SBC;
	reg_out(u, UART_LCR, u->lcr);
	irq_spin_unlock(&u->lock, f);
}

static long send_break(struct uart *u, uint64_t ms)
{
	int err;

	set_break(u, true);
	err = sleep_until(clock_monotonic_ns() + ms * 1000000u);
	set_break(u, false);
	return err ? -EINTR : 0;
}

static long serial_info(struct uart *u, uaddr_t arg)
{
	struct serial_struct s;

	memset(&s, 0, sizeof s);                        /* it has padding */
	s.type = u->has_fifo ? PORT_16550A : PORT_8250;
	s.line = u->index;
	s.port = u->io;
	s.irq = u->isa_irq;
	s.flags = (int)(ASYNC_BOOT_AUTOCONF | ASYNC_SKIP_TEST);
	s.xmit_fifo_size = u->has_fifo ? FIFO_SIZE : 1;
	s.baud_base = BASE_BAUD;
	s.close_delay = 50;
	s.closing_wait = 3000;
	return user_write(arg, &s);
}

/* The ports are where they are: setting is accepted only as far as it changes nothing. */
static long serial_set_info(struct uart *u, uaddr_t arg)
{
	struct serial_struct s;

	if (user_read(&s, arg))
		return -EFAULT;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return s.port == u->io && s.irq == u->isa_irq && s.baud_base == BASE_BAUD ? 0 : -EINVAL;
}

static long serial_counts(struct uart *u, uaddr_t arg)
{
	struct serial_icounter_struct c = {
		.rx = (int)u->count.rx, .tx = (int)u->count.tx, .frame = (int)u->count.frame, .overrun = (int)u->count.overrun,
		.parity = (int)u->count.parity, .brk = (int)u->count.brk,
	};

	return user_write(arg, &c);
}

static long uart_ioctl(struct tty *t, unsigned cmd, uint64_t arg)
{
	struct uart *u = uart_of(t);

	switch (cmd) {
	case TIOCMGET:
		return modem_get(u, UADDR(arg));
	case TIOCMSET:
	case TIOCMBIS:
	case TIOCMBIC:
		return modem_set(u, cmd, UADDR(arg));
	case TIOCSBRK:
	case TIOCCBRK:
		set_break(u, cmd == TIOCSBRK);
		return 0;
	case TCSBRK:
		return send_break(u, 250);
	case TCSBRKP:
		return send_break(u, arg ? arg * 100 : 250);
	case TIOCGSERIAL:
		return serial_info(u, UADDR(arg));
	case TIOCSSERIAL:
		return serial_set_info(u, UADDR(arg));
	case TIOCGICOUNT:
		return serial_counts(u, UADDR(arg));
	default:
		return -ENOIOCTLCMD;
	}
}

static void uart_free(struct tty *t) { panic("serial: %s has lost its last reference\n", t->name); }

static const struct tty_driver uart_driver = {
	.open = uart_open,
	.close = uart_close,
	.write = uart_write,
	.room = uart_room,
	.pending = uart_pending,
	.drained = uart_drained,
	.flush = uart_flush,
	.flow = uart_flow,
	.send_now = uart_send_now,
	.input_drained = uart_input_drained,
	.termios = uart_termios,
	.ioctl = uart_ioctl,
	.free = uart_free,
};

/* ---- bring-up ---- */

/* A scratch register keeps what is written, and the modem lines can be looped back. */
static bool is_uart(uint16_t io)
{
	uint8_t mcr, msr;

	io_out8(io + UART_SCR, 0x5a);
	if (io_in8(io + UART_SCR) != 0x5a)
		return false;
	io_out8(io + UART_SCR, 0xa5);
	if (io_in8(io + UART_SCR) != 0xa5)
		return false;
	mcr = io_in8(io + UART_MCR);
	io_out8(io + UART_MCR, UART_MCR_LOOP | UART_MCR_OUT2 | UART_MCR_RTS);
	msr = io_in8(io + UART_MSR) & 0xf0;
	io_out8(io + UART_MCR, mcr);
	return msr == (UART_MSR_DCD | UART_MSR_CTS);
}

static struct uart *port_make(unsigned n)
{
	struct uart *u = kzalloc(sizeof *u);

	if (!u || tty_setup(&u->tty, &uart_driver, u, DEV_MAKE(MAJOR_TTY, 64 + n))) {
		klog(KLOG_ERR, "serial: no memory for ttyS%u\n", n);
		kfree(u);
		return NULL;
	}
	u->io = places[n].io;
	u->isa_irq = places[n].irq;
	u->index = (uint8_t)n;
	irq_spin_init(&u->lock, RANK_DEVICE);
	scnprintf(u->tty.name, sizeof u->tty.name, "ttyS%u", n);
	u->tty.ldisc.tio.c_cflag = B9600 | CS8 | CREAD | HUPCL | CLOCAL;
	u->tty.ldisc.tio.c_ispeed = u->tty.ldisc.tio.c_ospeed = 9600;
	reg_out(u, UART_IER, 0);
	reg_out(u, UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_TRIGGER_14);
	u->has_fifo = (reg_in(u, UART_IIR) & 0xc0) == 0xc0;
	return u;
}

static bool line_request(unsigned irq)
{
	int err = irq_request_isa(irq, line_interrupt, (void *)(uintptr_t)irq, "serial");

	if (err)
		klog(KLOG_ERR, "serial: interrupt %u is not to be had: error %d\n", irq, -err);
	return !err;
}

void serial_init(void)
{
	bool line_ok[8] = { 0 }, line_asked[8] = { 0 };

	for (unsigned n = 0; n < NR_PORTS; n++) {
		unsigned irq = places[n].irq;

		if (!is_uart(places[n].io))
			continue;
		if (!line_asked[irq])
			line_ok[irq] = line_request(irq);
		line_asked[irq] = true;
		if (!line_ok[irq])
			continue;
		ports[n] = port_make(n);
		if (!ports[n])
			continue;
		tty_register(&ports[n]->tty);
		tty_device_node(ports[n]->tty.name, 0600, ports[n]->tty.dev);
		klog(KLOG_INFO, "serial: %s at I/O 0x%x, interrupt %u, %s\n", ports[n]->tty.name, ports[n]->io, irq,
		     ports[n]->has_fifo ? "16550A" : "8250");
	}
	uart_console_choose(ports);
}

void serial_shutdown(void)
{
	uint64_t until = clock_monotonic_ns() + SHUTDOWN_WAIT_NS;

	for (unsigned n = 0; n < NR_PORTS; n++) {
		struct uart *u = ports[n];

		if (!u)
			continue;
		while (!uart_drained(&u->tty) && clock_monotonic_ns() < until)
			(void)wait_event_deadline(&u->tty.write_wait, uart_drained(&u->tty), clock_monotonic_ns() + DRAIN_LOOK_NS);
	}
}
