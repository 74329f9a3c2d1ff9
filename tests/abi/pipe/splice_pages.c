/*
 * splice_pages.c - a file's pages in a pipe; lent pages on their way through tee and splice.
 */
#include "lent.h"
#include <sys/sendfile.h>

static int p[2], q[2];

static void from_file(int f)
{
	off_t off = 100;
	int n = 0;

	memset(buf, 'f', 100000);
	(void)!write(f, buf, 100000);
	show("from the middle of a page", splice(f, &off, p[1], NULL, 100000, 0));
	show("position", off);
	show_bytes("held", p[0]);
	(void)!pwrite(f, "NEW", 3, 100);
	take("written later", p[0], 8);
	(void)!ftruncate(f, 200);
	(void)!read(p[0], buf, PAGE);
	say("cut: %x %x\n", buf[50], buf[150]);
	(void)!ftruncate(f, 0);
	take("gone", p[0], sizeof buf);
	(void)!ftruncate(f, 5 * PAGE);
	off = 0;
	show("hole", splice(f, &off, p[1], NULL, 100000, 0));
	(void)!pwrite(f, "NEW", 3, 0);
	(void)!read(p[0], buf, sizeof buf);
	say("written later: %d\n", buf[0]);
	memset(buf, 'g', 100000);
	(void)!pwrite(f, buf, 100000, 0);
	off = 0;
	show("sendfile", sendfile(p[1], f, &off, 100000));
	show("position", off);
	(void)!pwrite(f, "NEW", 3, 0);
	take("written later", p[0], 8);
	take("all", p[0], sizeof buf);
	for (off = 100; splice(f, &off, p[1], NULL, 10, SPLICE_F_NONBLOCK) == 10; off = 100)
		n++;
	say("small parts: %d, then %s\n", n, errno_name(errno));
	take("all", p[0], sizeof buf);
}

static void through_pipes(char *m, int f)
{
	off_t off = 10;

	memcpy(m, "abcdefgh", 8);
	give(p[1], m, 100, 0);
	show("tee", tee(p[0], q[1], 50, 0));
	m[0] = 'T';
	take("tee", q[0], 100);
	show("splice", splice(p[0], NULL, q[1], NULL, 60, 0));
	m[0] = 'S';
	take("spliced", q[0], 100);
	show_bytes("left", p[0]);
	m[60] = 'L';
	take("left", p[0], 100);
	give(p[1], m, 20 * PAGE, 0);
	give(q[1], m, 3 * PAGE, 0);
	show("to a pipe with something", splice(p[0], NULL, q[1], NULL, 20 * PAGE, 0));
	show("tee to a full one", tee(p[0], q[1], 100, SPLICE_F_NONBLOCK));
	show_bytes("from", p[0]);
	show_bytes("to", q[0]);
	take("from", p[0], sizeof buf);
	take("to", q[0], sizeof buf);
	(void)!write(p[1], "plain ", 6);
	give(p[1], m, 8, 0);
	(void)!write(p[1], " plain", 6);
	show("tee of all", tee(p[0], q[1], 100, 0));
	m[1] = 'Q';
	show("to a file", splice(p[0], NULL, f, &off, 10, 0));
	m[2] = 'R';
	show("the rest to a file", splice(p[0], NULL, f, &off, 100, 0));
	show("from the file", pread(f, buf, 20, 10));
	say("%.20s\n", buf);
	show("into memory", give(q[0], buf, 10, 0));
	say("%.10s\n", buf);
	take("rest", q[0], 100);
	give(p[1], m, 8, 0);
	show("on", splice(p[0], NULL, q[1], NULL, 8, 0));
	show("and on", splice(q[0], NULL, p[1], NULL, 8, 0));
	munmap(m, PAGE);
	take("unmapped", p[0], 100);
}

int main(void)
{
	int f = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600);

	(void)!pipe(p);
	(void)!pipe(q);
	from_file(f);
	through_pipes(memory(20), f);
	return 0;
}
