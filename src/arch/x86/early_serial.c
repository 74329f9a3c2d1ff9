/*
 * early_serial.c - bytes to COM1 by polling, from the first instruction on.
 *
 * The firmware's line settings are not relied on: the first byte programs
 * 115200 8N1. A port that is not there, or never drains, is given up at once:
 * a machine without serial line must still boot.
 * Context: any; callers exclude each other (klog does).
 */
#include <arch/cpu.h>
#include <arch/io.h>

#define COM1      0x3f8
#define COM_DATA  (COM1 + 0)
#define COM_IER   (COM1 + 1)
#define COM_FCR   (COM1 + 2)
#define COM_LCR   (COM1 + 3)
#define COM_MCR   (COM1 + 4)
#define COM_LSR   (COM1 + 5)
#define COM_SCR   (COM1 + 7)
#define LSR_THRE  0x20
#define POLLS_MAX 1000000u                  /* some 100 ms: longer than 16 bytes take at 9600 baud */

enum port_state { PORT_UNKNOWN, PORT_READY, PORT_ABSENT };
static enum port_state port_state;

static enum port_state port_probe(void)
{
	io_out8(COM_SCR, 0x5a);
	if (io_in8(COM_SCR) != 0x5a)
		return PORT_ABSENT;
	io_out8(COM_IER, 0);
	io_out8(COM_LCR, 0x80);                 /* divisor latch: 1 = 115200 baud */
	io_out8(COM_DATA, 1);
	io_out8(COM_IER, 0);
	io_out8(COM_LCR, 0x03);                 /* 8N1 */
	io_out8(COM_FCR, 0x07);
	io_out8(COM_MCR, 0x03);
	return PORT_READY;
}

void early_putc(char c)
{
	if (port_state == PORT_UNKNOWN)
		port_state = port_probe();
	if (port_state == PORT_ABSENT)
		return;
	for (unsigned i = 0; !(io_in8(COM_LSR) & LSR_THRE); i++) {
		if (i == POLLS_MAX) {
			port_state = PORT_ABSENT;
			return;
		}
		cpu_relax();
	}
	io_out8(COM_DATA, c);
}
