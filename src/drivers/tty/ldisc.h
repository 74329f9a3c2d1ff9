/*
 * ldisc.h - the line discipline: what happens to bytes between a terminal and its readers and writers.
 *
 * Pure: no locks, no waiting, no tasks; the tty serialises all calls on one ldisc. Input bytes become
 * edited lines (canonical mode) or a stream, with echo, signals and flow control told through
 * ldisc_ops. Behaviour is termios(3)'s, and Linux's N_TTY where that leaves a choice.
 *   I1  tail <= canon_head <= head (running numbers); head - tail <= LDISC_SIZE, less one but for a line's end
 *   I2  canonical mode: [tail, canon_head) is whole lines, each ended by a byte marked in line_end;
 *       [canon_head, head) is the line being edited
 *   I3  a marked byte of value LDISC_EOF is an end of file: it ends a line and is not read
 */
#pragma once
#include <base/compiler.h>
#include <asm/termbits.h>

#define LDISC_SIZE 4096u                        /* Linux's N_TTY_BUF_SIZE */
#define LDISC_EOF 0                             /* __DISABLED_CHAR */

struct ldisc;
struct ldisc_ops {
	void (*echo)(struct ldisc *l, const uint8_t *s, size_t n);      /* bytes for the device, processed for output */
	void (*signal)(struct ldisc *l, int sig);                       /* to the foreground group */
	void (*flow)(struct ldisc *l, bool stop);                       /* ^S, ^Q */
	void (*flush_output)(struct ldisc *l);                          /* a signal key drops what waits for the device */
};

struct ldisc {
	const struct ldisc_ops *ops;
	struct ktermios tio;
	uint8_t *buf;                           /* LDISC_SIZE */
	uint32_t head, tail, canon_head;
	unsigned column, canon_column;          /* of the cursor; at the start of the edited line */
	bool lnext;                             /* the next byte is literal (^V) */
	bool erasing;                           /* ECHOPRT between \ and / */
	bool stopped;                           /* output, by ^S */
	unsigned long line_end[LDISC_SIZE / 64];
	uint8_t out[64];                        /* echo on its way */
	unsigned nr_out;
	unsigned work;                          /* of this ldisc_receive(): bytes taken, echoed, looked at */
};

extern const struct ktermios ldisc_default_termios;     /* Linux's tty_std_termios */

void ldisc_init(struct ldisc *l, const struct ldisc_ops *ops, uint8_t *buf);
/*
 * Bytes from the terminal. How many were taken: fewer than n when readers must read first, or when enough was done with
 * a lock held (LDISC_WORK): a byte may have a whole line echoed (^R). At least one while there is room.
 */
size_t ldisc_receive(struct ldisc *l, const uint8_t *s, size_t n);
void ldisc_receive_break(struct ldisc *l);
/* Bytes that ldisc_receive() will take now (or drop, as an overlong line must be). */
size_t ldisc_room(const struct ldisc *l);
/*
 * Bytes from a writer: convert up to n into at most room bytes at out (room >= 8 to make progress).
 * Returns how many of the n were used; *produced says how many bytes came out.
 */
size_t ldisc_output(struct ldisc *l, const uint8_t *s, size_t n, uint8_t *out, size_t room, size_t *produced);
/* Would read() find something? amount: how many bytes must be there (not in canonical mode). */
bool ldisc_has_input(const struct ldisc *l, unsigned amount);
/* Take up to n bytes for a reader. *line_done: canonical mode, the line (or end of file) is finished. */
size_t ldisc_read(struct ldisc *l, uint8_t *to, size_t n, bool *line_done);
/* Bytes that FIONREAD tells. */
size_t ldisc_count(const struct ldisc *l);
void ldisc_flush_input(struct ldisc *l);
void ldisc_set_termios(struct ldisc *l, const struct ktermios *t);
/* No byte needs a look: input goes straight through. */
bool ldisc_is_raw(const struct ktermios *t);
