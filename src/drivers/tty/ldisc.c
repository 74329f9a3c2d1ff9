/*
 * ldisc.c - the line discipline; see ldisc.h. Tests: tests/unit/drivers/ldisc.c.
 */
#include "ldisc.h"
#include <lib/bitmap.h>
#include <lib/string.h>
#include <linux/signal.h>

#define TAB_WIDTH 8u
#define LDISC_WORK 4096u                        /* one byte's may come on top: six times the line, at most */

const struct ktermios ldisc_default_termios = {
	.c_iflag = ICRNL | IXON,
	.c_oflag = OPOST | ONLCR,
	.c_cflag = B38400 | CS8 | CREAD | HUPCL,
	.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
	.c_cc = {
		[VINTR] = 3, [VQUIT] = 28, [VERASE] = 127, [VKILL] = 21, [VEOF] = 4, [VMIN] = 1, [VSTART] = 17, [VSTOP] = 19,
		[VSUSP] = 26, [VREPRINT] = 18, [VDISCARD] = 15, [VWERASE] = 23, [VLNEXT] = 22,
	},
	.c_ispeed = 38400,
	.c_ospeed = 38400,
};

static bool has_i(const struct ldisc *l, unsigned f) { return l->tio.c_iflag & f; }
static bool has_o(const struct ldisc *l, unsigned f) { return l->tio.c_oflag & f; }
static bool has_l(const struct ldisc *l, unsigned f) { return l->tio.c_lflag & f; }
/* Is c the special character `which`? Value 0 (_POSIX_VDISABLE) is none. */
static bool is_cc(const struct ldisc *l, unsigned which, uint8_t c) { return c && c == l->tio.c_cc[which]; }

static bool is_control(uint8_t c) { return c < 0x20 || c == 0x7f; }
static bool is_alnum_(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0xa0;
}
/* Second and later bytes of a character. */
static bool is_continuation(const struct ldisc *l, uint8_t c) { return has_i(l, IUTF8) && (c & 0xc0) == 0x80; }
static uint8_t to_lower(uint8_t c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }
static uint8_t to_upper(uint8_t c) { return c >= 'a' && c <= 'z' ? c - 32 : c; }

static uint8_t *byte_at(const struct ldisc *l, uint32_t n) { return &l->buf[n % LDISC_SIZE]; }

static void clear_lines(struct ldisc *l) { memset(l->line_end, 0, sizeof l->line_end); }

void ldisc_init(struct ldisc *l, const struct ldisc_ops *ops, uint8_t *buf)
{
	memset(l, 0, sizeof *l);
	l->ops = ops;
	l->buf = buf;
	l->tio = ldisc_default_termios;
}

/* ---- output ---- */

/* Output processing of one byte into up to 8. */
static unsigned post_process(struct ldisc *l, uint8_t c, uint8_t out[TAB_WIDTH])
{
	unsigned n;

	out[0] = c;
	if (!has_o(l, OPOST))
		return 1;
	switch (c) {
	case '\n':
		if (has_o(l, ONLRET))
			l->column = 0;
		if (has_o(l, ONLCR)) {
			l->column = l->canon_column = 0;
			out[0] = '\r';
			out[1] = '\n';
			return 2;
		}
		l->canon_column = l->column;
		return 1;
	case '\r':
		if (has_o(l, ONOCR) && l->column == 0)
			return 0;
		if (has_o(l, OCRNL)) {
			out[0] = '\n';
			if (has_o(l, ONLRET))
				l->column = l->canon_column = 0;
			return 1;
		}
		l->column = l->canon_column = 0;
		return 1;
	case '\t':
		n = TAB_WIDTH - l->column % TAB_WIDTH;
		l->column += n;
		if ((l->tio.c_oflag & TABDLY) != XTABS)
			return 1;
		memset(out, ' ', n);
		return n;
	case '\b':
		if (l->column)
			l->column--;
		return 1;
	default:
		if (is_control(c))
			return 1;
		if (has_o(l, OLCUC))
			out[0] = to_upper(c);
		if (!is_continuation(l, c))
			l->column++;
		return 1;
	}
}

size_t ldisc_output(struct ldisc *l, const uint8_t *s, size_t n, uint8_t *out, size_t room, size_t *produced)
{
	size_t used = 0, made = 0;

	while (used < n && room - made >= TAB_WIDTH)
		made += post_process(l, s[used++], out + made);
	*produced = made;
	return used;
}

/* ---- echo ---- */

static void echo_flush(struct ldisc *l)
{
	if (l->nr_out)
		l->ops->echo(l, l->out, l->nr_out);
	l->nr_out = 0;
}

/* A byte to the terminal as a writer's would go. */
static void echo_raw(struct ldisc *l, uint8_t c)
{
	l->work++;
	if (l->nr_out + TAB_WIDTH > sizeof l->out)
		echo_flush(l);
	l->nr_out += post_process(l, c, l->out + l->nr_out);
}

static void echo_text(struct ldisc *l, const char *s)
{
	for (; *s; s++)
		echo_raw(l, (uint8_t)*s);
}

/* A typed byte: control characters as ^X where ECHOCTL says so. */
static void echo_char(struct ldisc *l, uint8_t c)
{
	if (has_l(l, ECHOCTL) && is_control(c) && c != '\t') {
		echo_raw(l, '^');
		echo_raw(l, c ^ 0100);
	} else {
		echo_raw(l, c);
	}
}

static void finish_erasing(struct ldisc *l)
{
	if (l->erasing) {
		echo_raw(l, '/');
		l->erasing = false;
	}
}

/* The first echoed byte of a line marks where tabs of the line count from. */
static void note_line_start(struct ldisc *l)
{
	if (l->head == l->canon_head)
		l->canon_column = l->column;
}

static void echo_typed(struct ldisc *l, uint8_t c)
{
	if (!has_l(l, ECHO))
		return;
	finish_erasing(l);
	if (c == '\n') {
		echo_raw(l, '\n');
		return;
	}
	note_line_start(l);
	echo_char(l, c);
}

/* ---- the buffer ---- */

static void put(struct ldisc *l, uint8_t c) { *byte_at(l, l->head++) = c; }

static uint32_t held(const struct ldisc *l) { return l->head - l->tail; }

/* Bytes that fit before the one that ends the line. PARMRK may double one. */
static uint32_t space(const struct ldisc *l)
{
	uint32_t most = has_i(l, PARMRK) ? 2 : 1;

	return held(l) >= LDISC_SIZE - 1 ? 0 : (LDISC_SIZE - 1 - held(l)) / most;
}

/* A line is complete with c. */
static void put_line_end(struct ldisc *l, uint8_t c)
{
	bitmap_set(l->line_end, l->head % LDISC_SIZE);
	put(l, c);
	l->canon_head = l->head;
}

void ldisc_flush_input(struct ldisc *l)
{
	l->head = l->tail = l->canon_head = 0;
	l->lnext = l->erasing = false;
	clear_lines(l);
}

/* ---- editing ---- */

/* Erase from the screen what the tab at `at` (already removed) occupied. */
static void echo_erase_tab(struct ldisc *l, uint32_t at)
{
	unsigned columns = 0;
	bool after_tab = false;

	while (at != l->canon_head) {
		uint8_t c = *byte_at(l, --at);

		l->work++;
		if (c == '\t') {
			after_tab = true;
			break;
		}
		if (is_control(c))
			columns += has_l(l, ECHOCTL) ? 2 : 0;
		else if (!is_continuation(l, c))
			columns++;
	}
	if (!after_tab)
		columns += l->canon_column;
	for (unsigned n = TAB_WIDTH - columns % TAB_WIDTH; n; n--)
		echo_raw(l, '\b');
}

/* Show the erasure of the character of `len` bytes that stood at head. */
static void echo_erased(struct ldisc *l, uint8_t c, unsigned len, bool by_char)
{
	if (has_l(l, ECHOPRT)) {
		if (!l->erasing) {
			echo_raw(l, '\\');
			l->erasing = true;
		}
		echo_char(l, c);
		for (unsigned n = 1; n < len; n++)
			echo_raw(l, *byte_at(l, l->head + n));
	} else if (by_char && !has_l(l, ECHOE)) {
		echo_char(l, l->tio.c_cc[VERASE]);
	} else if (c == '\t') {
		echo_erase_tab(l, l->head);
	} else {
		if (is_control(c) && has_l(l, ECHOCTL))
			echo_text(l, "\b \b");
		if (!is_control(c) || has_l(l, ECHOCTL))
			echo_text(l, "\b \b");
	}
}

enum erase_kind { ERASE_CHAR, ERASE_WORD, ERASE_LINE };

/* Where the last character begins; head when only part of one is there. */
static uint32_t last_char(const struct ldisc *l)
{
	uint32_t at = l->head;

	do
		at--;
	while (is_continuation(l, *byte_at(l, at)) && at != l->canon_head);
	return is_continuation(l, *byte_at(l, at)) ? l->head : at;
}

static void erase(struct ldisc *l, enum erase_kind kind)
{
	bool in_word = false;

	while (l->head != l->canon_head) {
		uint32_t at = last_char(l);
		unsigned len = l->head - at;
		uint8_t c = *byte_at(l, at);

		if (!len)
			break;
		if (kind == ERASE_WORD) {
			if (is_alnum_(c))
				in_word = true;
			else if (in_word)
				break;
		}
		l->head = at;
		if (has_l(l, ECHO))
			echo_erased(l, c, len, kind == ERASE_CHAR);
		if (kind == ERASE_CHAR)
			break;
	}
	if (l->head == l->canon_head && has_l(l, ECHO))
		finish_erasing(l);
}

static void kill_line(struct ldisc *l)
{
	if (l->head == l->canon_head)
		return;
	if (has_l(l, ECHO) && has_l(l, ECHOK) && has_l(l, ECHOKE) && has_l(l, ECHOE)) {
		erase(l, ERASE_LINE);
		return;
	}
	l->head = l->canon_head;
	if (has_l(l, ECHO)) {
		finish_erasing(l);
		echo_char(l, l->tio.c_cc[VKILL]);
		if (has_l(l, ECHOK))
			echo_raw(l, '\n');
	}
}

static void reprint(struct ldisc *l, uint8_t c)
{
	finish_erasing(l);
	echo_char(l, c);
	echo_raw(l, '\n');
	for (uint32_t at = l->canon_head; at != l->head; at++)
		echo_char(l, *byte_at(l, at));
}

/* ---- input ---- */

static void flow(struct ldisc *l, bool stop)
{
	if (l->stopped == stop)
		return;
	l->stopped = stop;
	l->ops->flow(l, stop);
}

static void send_signal(struct ldisc *l, int sig, uint8_t c)
{
	if (!has_l(l, NOFLSH)) {
		l->nr_out = 0;
		ldisc_flush_input(l);
		l->ops->flush_output(l);
	}
	if (has_i(l, IXON))
		flow(l, false);
	if (has_l(l, ECHO))
		echo_char(l, c);
	l->ops->signal(l, sig);
}

static bool receive_signal(struct ldisc *l, uint8_t c)
{
	int sig = is_cc(l, VINTR, c) ? SIGINT : is_cc(l, VQUIT, c) ? SIGQUIT : is_cc(l, VSUSP, c) ? SIGTSTP : 0;

	if (!has_l(l, ISIG) || !sig)
		return false;
	send_signal(l, sig, c);
	return true;
}

static bool receive_flow(struct ldisc *l, uint8_t c)
{
	if (!has_i(l, IXON))
		return false;
	if (is_cc(l, VSTART, c)) {
		flow(l, false);
		return true;
	}
	if (is_cc(l, VSTOP, c)) {
		flow(l, true);
		return true;
	}
	return false;
}

/* Canonical mode: is c an editing or line-ending character? Then it is done with. */
static bool receive_canonical(struct ldisc *l, uint8_t c)
{
	bool extended = has_l(l, IEXTEN);

	if (is_cc(l, VERASE, c)) {
		erase(l, ERASE_CHAR);
	} else if (is_cc(l, VKILL, c)) {
		kill_line(l);
	} else if (extended && is_cc(l, VWERASE, c)) {
		erase(l, ERASE_WORD);
	} else if (extended && is_cc(l, VLNEXT, c)) {
		l->lnext = true;
		if (has_l(l, ECHO)) {
			finish_erasing(l);
			if (has_l(l, ECHOCTL))
				echo_text(l, "^\b");
		}
	} else if (extended && has_l(l, ECHO) && is_cc(l, VREPRINT, c)) {
		reprint(l, c);
	} else if (c == '\n') {
		if (has_l(l, ECHO) || has_l(l, ECHONL))
			echo_raw(l, '\n');
		put_line_end(l, c);
	} else if (is_cc(l, VEOF, c)) {
		put_line_end(l, LDISC_EOF);
	} else if (is_cc(l, VEOL, c) || (extended && is_cc(l, VEOL2, c))) {
		if (has_l(l, ECHO)) {
			note_line_start(l);
			echo_char(l, c);
		}
		if (c == 0377 && has_i(l, PARMRK) && space(l))
			put(l, c);
		put_line_end(l, c);
	} else {
		return false;
	}
	return true;
}

static void receive_plain(struct ldisc *l, uint8_t c)
{
	echo_typed(l, c);
	if (c == 0377 && has_i(l, PARMRK))
		put(l, c);
	put(l, c);
}

/* A line that fills the buffer takes only what edits or ends it; the rest is dropped. */
static bool is_line_full(const struct ldisc *l) { return has_l(l, ICANON) && !space(l); }

static void receive_byte(struct ldisc *l, uint8_t c)
{
	if (has_i(l, ISTRIP))
		c &= 0x7f;
	if (has_i(l, IUCLC) && has_l(l, IEXTEN))
		c = to_lower(c);
	if (l->lnext) {
		l->lnext = false;
		if (!is_line_full(l))
			receive_plain(l, c);
		return;
	}
	if (receive_flow(l, c))
		return;
	if (l->stopped && has_i(l, IXON) && has_i(l, IXANY) && !is_cc(l, VINTR, c) && !is_cc(l, VQUIT, c) && !is_cc(l, VSUSP, c))
		flow(l, false);
	if (receive_signal(l, c))
		return;
	if (c == '\r') {
		if (has_i(l, IGNCR))
			return;
		if (has_i(l, ICRNL))
			c = '\n';
	} else if (c == '\n' && has_i(l, INLCR)) {
		c = '\r';
	}
	if (has_l(l, ICANON) && receive_canonical(l, c))
		return;
	if (!is_line_full(l))
		receive_plain(l, c);
	else if (has_i(l, IMAXBEL))
		echo_raw(l, '\a');
}

bool ldisc_is_raw(const struct ktermios *t)
{
	return !(t->c_iflag & (ISTRIP | IUCLC | INLCR | IGNCR | ICRNL | IXON | PARMRK)) &&
	       !(t->c_lflag & (ICANON | ISIG | ECHO));
}

size_t ldisc_room(const struct ldisc *l)
{
	/* A line without end is never a reason to stop: it is cut. */
	return has_l(l, ICANON) && l->canon_head == l->tail ? SIZE_MAX : space(l);
}

static size_t receive_raw(struct ldisc *l, const uint8_t *s, size_t n)
{
	uint32_t at = l->head % LDISC_SIZE;
	size_t first;

	n = MIN(n, (size_t)space(l));
	first = MIN(n, (size_t)(LDISC_SIZE - at));
	memcpy(l->buf + at, s, first);
	memcpy(l->buf, s + first, n - first);
	l->head += (uint32_t)n;
	return n;
}

size_t ldisc_receive(struct ldisc *l, const uint8_t *s, size_t n)
{
	size_t done = 0;

	if (ldisc_is_raw(&l->tio) && !l->lnext)
		return receive_raw(l, s, n);
	for (l->work = 0; done < n && ldisc_room(l) && l->work < LDISC_WORK; l->work++)
		receive_byte(l, s[done++]);
	echo_flush(l);
	return done;
}

void ldisc_receive_break(struct ldisc *l)
{
	if (has_i(l, IGNBRK))
		return;
	if (has_i(l, BRKINT)) {
		if (!has_l(l, NOFLSH)) {
			ldisc_flush_input(l);
			l->ops->flush_output(l);
		}
		l->ops->signal(l, SIGINT);
		return;
	}
	if (held(l) + 3 >= LDISC_SIZE)
		return;
	if (has_i(l, PARMRK)) {
		put(l, 0377);
		put(l, 0);
	}
	put(l, 0);
}

/* ---- readers ---- */

bool ldisc_has_input(const struct ldisc *l, unsigned amount)
{
	return has_l(l, ICANON) ? l->canon_head != l->tail : held(l) >= amount;
}

static size_t copy_out(struct ldisc *l, uint8_t *to, size_t n)
{
	uint32_t at = l->tail % LDISC_SIZE;
	size_t first = MIN(n, (size_t)(LDISC_SIZE - at));

	memcpy(to, l->buf + at, first);
	memcpy(to + first, l->buf, n - first);
	l->tail += (uint32_t)n;
	return n;
}

static bool is_line_end(const struct ldisc *l, uint32_t at) { return bitmap_test(l->line_end, at % LDISC_SIZE); }

/* Up to the end of the line; the mark of an end of file is taken but not copied. */
static size_t read_line(struct ldisc *l, uint8_t *to, size_t n, bool *line_done)
{
	size_t len = 0;

	while (len < n && l->tail + len != l->canon_head && !is_line_end(l, l->tail + (uint32_t)len))
		len++;
	if (l->tail + len != l->canon_head && is_line_end(l, l->tail + (uint32_t)len)) {
		bool is_eof = *byte_at(l, l->tail + (uint32_t)len) == LDISC_EOF;

		if (is_eof || len < n) {
			bitmap_clear(l->line_end, (l->tail + len) % LDISC_SIZE);
			len = copy_out(l, to, is_eof ? len : len + 1);
			l->tail += is_eof;
			*line_done = true;
			return len;
		}
	}
	return copy_out(l, to, len);
}

size_t ldisc_read(struct ldisc *l, uint8_t *to, size_t n, bool *line_done)
{
	*line_done = false;
	if (has_l(l, ICANON))
		return read_line(l, to, n, line_done);
	n = copy_out(l, to, MIN(n, (size_t)held(l)));
	l->canon_head = l->tail;
	return n;
}

size_t ldisc_count(const struct ldisc *l)
{
	size_t n;

	if (!has_l(l, ICANON))
		return held(l);
	n = l->canon_head - l->tail;
	for (uint32_t at = l->tail; at != l->canon_head; at++)
		n -= is_line_end(l, at) && *byte_at(l, at) == LDISC_EOF;
	return n;
}

/* ---- mode ---- */

/*
 * Between canonical and raw the bytes at hand change their meaning: all become readable, in canonical
 * mode as one line that the last byte ends.
 */
static void switch_canonical(struct ldisc *l)
{
	clear_lines(l);
	l->lnext = l->erasing = false;
	if (has_l(l, ICANON) && held(l)) {
		bitmap_set(l->line_end, (l->head - 1) % LDISC_SIZE);
		l->canon_head = l->head;
	} else {
		l->canon_head = l->tail;
	}
}

void ldisc_set_termios(struct ldisc *l, const struct ktermios *t)
{
	unsigned changed = l->tio.c_lflag ^ t->c_lflag;

	l->tio = *t;
	if (changed & ICANON)
		switch_canonical(l);
	if (!has_i(l, IXON))
		flow(l, false);
}
