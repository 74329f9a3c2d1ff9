/*
 * vmsplice_pages.c - a page stays its program's: what is written later shows, until it is another page.
 */
#include "lent.h"

static int p[2];

static void in_place(char *m)
{
	give(p[1], m, 8, 0);
	memcpy(m, "later", 5);
	take("written later", p[0], 100);
	give(p[1], m, 8, 0);
	give(p[1], m, 8, 0);
	take("read in part", p[0], 4);
	memcpy(m, "changed!", 8);
	take("the rest of it and the other", p[0], 100);
	give(p[1], m, 2 * PAGE, 0);
	munmap(m, PAGE);
	take("unmapped", p[0], PAGE);
	madvise(m + PAGE, PAGE, MADV_DONTNEED);
	m[PAGE] = 'x';
	take("dropped", p[0], PAGE);
}

static void by_child(char *m)
{
	give(p[1], m, 8, 0);
	memcpy(m, "unshared", 8);
	give(p[1], m, 8, 0);
	if (!fork())
		_exit(0);
	wait(NULL);
	memcpy(m, "parent's", 8);
	take("before fork", p[0], 8);
	take("before fork", p[0], 8);
	give(p[1], m, 8, 0);
	if (!fork()) {
		memcpy(m, "child's ", 8);
		_exit(0);
	}
	wait(NULL);
	take("child wrote", p[0], 8);
	if (!fork()) {
		give(p[1], m, 8, 0);
		memcpy(m, "child's ", 8);
		give(p[1], m, 8, 0);
		_exit(0);
	}
	wait(NULL);
	memcpy(m, "again   ", 8);
	take("child's, before it wrote", p[0], 8);
	take("child's, ended", p[0], 8);
}

/* Rights that come back leave the page what it was; those that a fork took make it a copy. */
static void protected(char *m)
{
	give(p[1], m, 8, 0);
	mprotect(m, PAGE, PROT_READ);
	mprotect(m, PAGE, PROT_READ | PROT_WRITE);
	memcpy(m, "readonly", 8);
	take("could not be written to", p[0], 8);
	mprotect(m, PAGE, PROT_READ);
	give(p[1], m, 8, 0);
	mprotect(m, PAGE, PROT_NONE);
	mprotect(m, PAGE, PROT_READ | PROT_WRITE);
	memcpy(m, "no right", 8);
	take("could not be touched", p[0], 8);
	mprotect(m, PAGE, PROT_READ);
	if (!fork()) {
		mprotect(m, PAGE, PROT_READ | PROT_WRITE);
		memcpy(m, "child's ", 8);
		_exit(0);
	}
	wait(NULL);
	give(p[1], m, 8, 0);
	say("after a child: %.8s\n", m);
	mprotect(m, PAGE, PROT_READ | PROT_WRITE);
	memcpy(m, "parent's", 8);
	take("forked meanwhile", p[0], 8);
}

static void zeroes(void)
{
	char *z = pages(2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	give(p[1], z, 4, 0);
	z[0] = 'Z';
	give(p[1], z, 4, 0);
	z[0] = 'W';
	(void)!read(p[0], buf, 8);
	say("never written: %d, then: %c\n", buf[0], buf[4]);
}

static void files(void)
{
	int f = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *shared, *private;

	(void)!write(f, "file's bytes", 12);
	(void)!ftruncate(f, 2 * PAGE);
	shared = pages(2, PROT_READ | PROT_WRITE, MAP_SHARED, f);
	private = pages(2, PROT_READ | PROT_WRITE, MAP_PRIVATE, f);
	give(p[1], shared, 12, 0);
	give(p[1], private, 12, 0);
	private[0] = 'P';
	(void)!pwrite(f, "F", 1, 0);
	shared[1] = 'I';
	take("shared", p[0], 12);
	take("private", p[0], 12);
	give(p[1], private, 12, 0);
	(void)!pwrite(f, "X", 1, 0);
	private[1] = 'R';
	take("private copy", p[0], 12);
	give(p[1], shared, 2 * PAGE, 0);
	(void)!ftruncate(f, 4);
	take("cut", p[0], 12);
	(void)!ftruncate(f, 0);
	take("gone", p[0], 8);
	show("beyond the end", give(p[1], shared, 8, SPLICE_F_NONBLOCK));
	take("rest", p[0], sizeof buf);
	munmap(shared, 2 * PAGE);
	shared = pages(1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);
	strcpy(shared, "common memory");
	give(p[1], shared, 13, 0);
	if (!fork()) {
		memcpy(shared, "CHILD", 5);
		_exit(0);
	}
	wait(NULL);
	take("shared with a child", p[0], 100);
}

/* 2 MiB that may be one page. */
static void large(void)
{
	const size_t size = 2 << 20;
	char *m = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	m = (char *)(((uintptr_t)m + size - 1) & -size);
	madvise(m, size, MADV_HUGEPAGE);
	memset(m, 'h', size);
	give(p[1], m + 100 * PAGE - 4, 8, 0);
	m[100 * PAGE - 4] = '1';
	m[100 * PAGE] = '2';
	take("across pages of it", p[0], 100);
	give(p[1], m + 3 * PAGE, PAGE, 0);
	mprotect(m, size, PROT_READ);
	give(p[1], m + 511 * PAGE, PAGE, 0);
	mprotect(m, size, PROT_READ | PROT_WRITE);
	memset(m, 'H', size);
	munmap(m, size);
	memset(memory(600), 'o', 600 * PAGE);
	take("unmapped", p[0], PAGE);
	judge("all of it", !memcmp(buf, buf + 1, PAGE - 1));
	take("unmapped", p[0], PAGE);
	judge("all of it", !memcmp(buf, buf + 1, PAGE - 1));
}

static void giver(void)
{
	char *m = memory(3);

	memcpy(m, "dead man's", 10);
	give(p[1], m, 3 * PAGE, SPLICE_F_GIFT);
	_exit(0);
}

int main(void)
{
	(void)!pipe(p);
	in_place(memory(2));
	by_child(memory(1));
	protected(memory(1));
	zeroes();
	files();
	large();
	in_child("giver", giver);
	memory(100);
	take("his bytes", p[0], sizeof buf);
	judge("the last of them", buf[3 * PAGE - 1] == 'a');
	return 0;
}
