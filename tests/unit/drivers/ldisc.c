/* unit: src/drivers/tty/ldisc.c src/lib/bitmap.c */
/* Typing at a terminal: what readers get, what the screen shows, which signals go out. */
#include "../../../src/drivers/tty/ldisc.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(c) do { if (!(c)) { fprintf(stderr, "ldisc: line %d: %s\n", __LINE__, #c); exit(1); } } while (0)

static char screen[1 << 16];
static size_t nr_screen;
static int last_signal, stops, flushes;
static uint8_t buf[LDISC_SIZE];
static struct ldisc l;

static void echo(struct ldisc *d, const uint8_t *s, size_t n)
{
	(void)d;
	CHECK(nr_screen + n < sizeof screen);
	memcpy(screen + nr_screen, s, n);
	screen[nr_screen += n] = 0;
}
static void on_signal(struct ldisc *d, int sig) { (void)d; last_signal = sig; }
static void on_flow(struct ldisc *d, bool stop) { (void)d; stops += stop ? 1 : -1; }
static void on_flush(struct ldisc *d) { (void)d; flushes++; }
static const struct ldisc_ops ops = { echo, on_signal, on_flow, on_flush };

static void start(void)
{
	ldisc_init(&l, &ops, buf);
	nr_screen = 0;
	screen[0] = 0;
	last_signal = stops = flushes = 0;
}

static void type(const char *s) { CHECK(ldisc_receive(&l, (const uint8_t *)s, strlen(s)) == strlen(s)); }

static void set_flags(unsigned iflag, unsigned oflag, unsigned lflag)
{
	struct ktermios t = l.tio;

	t.c_iflag = iflag;
	t.c_oflag = oflag;
	t.c_lflag = lflag;
	ldisc_set_termios(&l, &t);
}

/* Read at most n; compares content, returns whether the line was done. */
static bool reads(size_t n, const char *expect)
{
	uint8_t got[8192];
	bool done;
	size_t len = ldisc_read(&l, got, n, &done);

	if (len != strlen(expect) || memcmp(got, expect, len)) {
		fprintf(stderr, "ldisc: read \"%.*s\", expected \"%s\"\n", (int)len, got, expect);
		exit(1);
	}
	return done;
}
static void shows(const char *expect)
{
	if (strcmp(screen, expect)) {
		fprintf(stderr, "ldisc: screen \"%s\", expected \"%s\"\n", screen, expect);
		exit(1);
	}
	nr_screen = 0;
	screen[0] = 0;
}

static void test_lines(void)
{
	start();
	type("hello");
	CHECK(!ldisc_has_input(&l, 1) && ldisc_count(&l) == 0);
	type("\r");                             /* ICRNL */
	CHECK(ldisc_has_input(&l, 1) && ldisc_count(&l) == 6);
	shows("hello\r\n");
	CHECK(!reads(3, "hel"));
	CHECK(reads(100, "lo\n"));
	type("one\ntwo\n");
	CHECK(reads(100, "one\n") && reads(100, "two\n"));
	CHECK(!ldisc_has_input(&l, 1));
}

static void test_eof(void)
{
	start();
	type("\4");
	CHECK(ldisc_has_input(&l, 1) && ldisc_count(&l) == 0);
	CHECK(reads(10, ""));
	type("ab\4");
	CHECK(reads(2, "ab"));                  /* the mark goes with the last bytes: no empty read after them */
	CHECK(!ldisc_has_input(&l, 1));
	type("abc\4");
	CHECK(!reads(2, "ab"));
	CHECK(reads(2, "c"));
	shows("ababc");
}

static void test_editing(void)
{
	start();
	type("ab\177c\n");
	CHECK(reads(10, "ac\n"));
	shows("ab\b \bc\r\n");
	type("foo bar.baz\27!\n");              /* ^W */
	CHECK(reads(20, "foo bar.!\n"));
	shows("foo bar.baz\b \b\b \b\b \b!\r\n");
	type("junk\25ok\n");                    /* ^U */
	CHECK(reads(10, "ok\n"));
	shows("junk\b \b\b \b\b \b\b \bok\r\n");
	type("a\1\177\n");                      /* ^A shows as two */
	CHECK(reads(10, "a\n"));
	shows("a^A\b \b\b \b\r\n");
	type("a\tb\177\177c\n");                /* the tab took seven columns */
	CHECK(reads(10, "ac\n"));
	shows("a\tb\b \b\b\b\b\b\b\b\bc\r\n");
	type("x\26\3y\n");                      /* ^V ^C */
	CHECK(reads(10, "x\3y\n") && !last_signal);
	shows("x^\b^Cy\r\n");
	type("abc\22\n");                       /* ^R */
	CHECK(reads(10, "abc\n"));
	shows("abc^R\r\nabc\r\n");
	type("\177\25\27");                     /* nothing to erase */
	shows("");
}

static void test_utf8(void)
{
	start();
	set_flags(ICRNL | IXON | IUTF8, OPOST | ONLCR, l.tio.c_lflag);
	type("a\xc3\xa9\177\n");
	CHECK(reads(10, "a\n"));
	shows("a\xc3\xa9\b \b\r\n");
}

static void test_signals(void)
{
	start();
	type("lost");
	type("\3");
	CHECK(last_signal == SIGINT && flushes == 1);
	shows("lost^C");
	type("kept\n");
	CHECK(reads(10, "kept\n"));
	type("\32");
	CHECK(last_signal == SIGTSTP);
	type("\34");
	CHECK(last_signal == SIGQUIT);
	set_flags(l.tio.c_iflag, l.tio.c_oflag, l.tio.c_lflag | NOFLSH);
	type("ab\3c\n");
	CHECK(reads(10, "abc\n"));
	set_flags(l.tio.c_iflag, l.tio.c_oflag, l.tio.c_lflag & ~ISIG);
	last_signal = 0;
	type("\3\n");
	CHECK(reads(10, "\3\n") && !last_signal);
	ldisc_receive_break(&l);
	CHECK(ldisc_count(&l) == 0 && l.head - l.canon_head == 1);
}

static void test_flow(void)
{
	start();
	type("\23");
	CHECK(stops == 1);
	type("a\23\n");
	CHECK(stops == 1);
	type("\21");
	CHECK(stops == 0 && reads(10, "a\n"));
	type("\23");
	set_flags(ICRNL, l.tio.c_oflag, l.tio.c_lflag);
	CHECK(stops == 0);
}

static void test_echo_variants(void)
{
	start();
	set_flags(ICRNL, OPOST | ONLCR, ICANON | ECHONL);
	type("secret\n");
	CHECK(reads(20, "secret\n"));
	shows("\r\n");
	set_flags(ICRNL, OPOST | ONLCR, ICANON | ECHO | ECHOK | ECHOCTL);
	type("ab\177\25\n");
	CHECK(reads(20, "\n"));
	shows("ab^?^U\r\n\r\n");
	set_flags(ICRNL, OPOST | ONLCR, ICANON | ECHO | ECHOPRT | IEXTEN);
	type("abc\177\177x\n");
	CHECK(reads(20, "ax\n"));
	shows("abc\\cb/x\r\n");
}

static void test_full_line(void)
{
	static uint8_t got[2 * LDISC_SIZE];
	bool done;

	start();
	set_flags(ICRNL, 0, ICANON);
	for (unsigned i = 0; i < 5000; i++)
		type("x");
	CHECK(!ldisc_has_input(&l, 1));
	type("\n");
	CHECK(ldisc_read(&l, got, sizeof got, &done) == 4096 && done && got[4095] == '\n');
	for (unsigned i = 0; i < 2048; i++)
		type("\n");
	for (unsigned i = 0; i < 2047; i++)
		type("y");
	CHECK(ldisc_room(&l) == 0 && ldisc_receive(&l, (const uint8_t *)"z", 1) == 0);
	CHECK(reads(10, "\n"));
	CHECK(ldisc_room(&l) == 1);
}

static void test_raw(void)
{
	uint8_t all[5000], got[5000];
	bool done;
	size_t n;

	for (unsigned i = 0; i < sizeof all; i++)
		all[i] = (uint8_t)i;
	start();
	type("half");
	set_flags(0, 0, 0);                     /* what was typed becomes readable */
	CHECK(ldisc_is_raw(&l.tio) && ldisc_has_input(&l, 4) && !ldisc_has_input(&l, 5));
	reads(10, "half");
	n = ldisc_receive(&l, all, sizeof all);
	CHECK(n == LDISC_SIZE - 1 && ldisc_room(&l) == 0);
	CHECK(ldisc_read(&l, got, 1000, &done) == 1000 && !memcmp(got, all, 1000));
	CHECK(ldisc_receive(&l, all + n, sizeof all - n) == sizeof all - n);
	CHECK(ldisc_read(&l, got, sizeof got, &done) == 4000 && !memcmp(got, all + 1000, 4000));
	CHECK(ldisc_receive(&l, all, 5) == 5);
	set_flags(0, 0, ICANON);                /* one line, without newline */
	CHECK(ldisc_has_input(&l, 1) && ldisc_read(&l, got, 100, &done) == 5 && done);
}

static void test_output(void)
{
	uint8_t out[256];
	size_t made, used;

	start();
	used = ldisc_output(&l, (const uint8_t *)"a\nb", 3, out, sizeof out, &made);
	CHECK(used == 3 && made == 4 && !memcmp(out, "a\r\nb", 4));
	set_flags(0, OPOST | XTABS, 0);
	l.column = 3;
	used = ldisc_output(&l, (const uint8_t *)"\tz", 2, out, sizeof out, &made);
	CHECK(used == 2 && made == 6 && !memcmp(out, "     z", 6));
	used = ldisc_output(&l, (const uint8_t *)"\t\t\t\t", 4, out, 20, &made);
	CHECK(used < 4 && made <= 20);
	set_flags(0, OPOST | OCRNL | ONOCR, 0);
	l.column = 0;
	ldisc_output(&l, (const uint8_t *)"\rx\r", 3, out, sizeof out, &made);
	CHECK(made == 2 && !memcmp(out, "x\n", 2));
}

/* Random keys, modes and reads: the sanitizers watch, the invariants hold. */
static void test_random(void)
{
	static uint8_t in[600], out[600], post[64];
	bool done;
	size_t made;

	start();
	srand(7);
	for (unsigned round = 0; round < 200000; round++) {
		size_t n = (size_t)rand() % sizeof in;

		for (size_t i = 0; i < n; i++)
			in[i] = rand() % 3 ? (uint8_t)rand() : (uint8_t)(rand() % 32);
		switch (rand() % 8) {
		case 0:
			set_flags((unsigned)rand(), (unsigned)rand(), (unsigned)rand());
			break;
		case 1:
			ldisc_output(&l, in, n, post, sizeof post, &made);
			CHECK(made <= sizeof post);
			break;
		case 2:
		case 3:
		case 4:
			ldisc_receive(&l, in, n);
			break;
		case 5:
			if (rand() % 4 == 0)
				ldisc_receive_break(&l);
			break;
		default:
			if (ldisc_has_input(&l, 1))
				ldisc_read(&l, out, n, &done);
		}
		nr_screen = 0;
		CHECK(l.head - l.tail <= LDISC_SIZE);
		CHECK(ldisc_count(&l) <= LDISC_SIZE);
		if (l.tio.c_lflag & ICANON)
			CHECK(l.canon_head - l.tail <= l.head - l.tail);
	}
}

int main(void)
{
	test_lines();
	test_eof();
	test_editing();
	test_utf8();
	test_signals();
	test_flow();
	test_echo_variants();
	test_full_line();
	test_raw();
	test_output();
	test_random();
	return 0;
}
