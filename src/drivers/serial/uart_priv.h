/*
 * uart_priv.h - a serial port, as its driver and the kernel's log share it.
 */
#pragma once
#include "../tty/tty_priv.h"
#include <arch/io.h>
#include <linux/serial_reg.h>

#define NR_PORTS 4u
#define BASE_BAUD 115200u
#define FIFO_SIZE 16u

struct uart {           /* keys: c const, d u->lock */
	struct tty tty;
	uint16_t io;                            /* c */
	uint8_t isa_irq;                        /* c */
	uint8_t index;                          /* c */
	bool has_fifo;                          /* c */
	bool has_thread;                        /* tty.mutex */
	struct irq_spinlock lock;
	uint8_t ier, mcr, lcr;                  /* d: as last written */
	bool is_stopped;                        /* d: ^S */
	atomic_bool is_throttled;               /* d to write: I3 */
	uint8_t x_char;                         /* d: flow control byte to send first */
	struct byte_ring tx;
	struct { unsigned rx, tx, overrun, brk, frame, parity; } count; /* d */
};

static inline uint8_t reg_in(const struct uart *u, unsigned reg) { return io_in8((uint16_t)(u->io + reg)); }
static inline void reg_out(const struct uart *u, unsigned reg, uint8_t v) { io_out8((uint16_t)(u->io + reg), v); }

/* uart_console.c, bring-up: one of the ports, NULL where there is none, becomes the console's and the kernel's log's. */
void uart_console_choose(struct uart *const ports[NR_PORTS]);
