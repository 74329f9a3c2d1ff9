/*
 * getdents.c - getdents64(2): small buffers, resuming, seeking back to an offset, rewinding, errors.
 */
#include "../show.h"
#include <dirent.h>
#include <sys/stat.h>

struct entry { uint64_t ino; int64_t off; uint16_t len; uint8_t type; char name[]; };

static long gd(int fd, void *buf, unsigned size) { return syscall(SYS_getdents64, fd, buf, size); }

/* One pass from where fd stands, `size` bytes at a time: how many names, and a sum that knows their order not. */
static void pass(const char *what, int fd, unsigned size)
{
	char buf[4096];
	int names = 0, calls = 0, aligned = 1, typed = 0;
	unsigned sum = 0;
	long n;

	while ((n = gd(fd, buf, size)) > 0) {
		calls++;
		for (long at = 0; at < n;) {
			struct entry *e = (void *)(buf + at);

			for (char *c = e->name; *c; c++)
				sum += (unsigned)*c * 7;
			aligned &= !(e->len % 8) && e->len >= 19 + strlen(e->name) + 1 && e->len < 19 + strlen(e->name) + 9;
			typed += e->type == (*e->name == 'f' ? DT_REG : DT_DIR);
			names++;
			at += e->len;
		}
	}
	say("%s: %d names, sum %u, last %ld, lengths %d, types %d, %s\n", what, names, sum, n, aligned, typed, calls > 1 ? "several calls" : "one call");
}

int main(void)
{
	char name[40], buf[4096], first[300] = "", again[300] = "";
	struct entry *e = (void *)buf;
	char *edge = page_edge();
	int fd;
	long n;

	mkdir("d", 0755);
	for (int i = 0; i < 50; i++) {
		snprintf(name, sizeof name, "d/f%0*d", i % 20 + 1, i);
		close(open(name, O_CREAT | O_WRONLY, 0600));
	}
	mkdir("d/sub", 0700);
	fd = open("d", O_RDONLY | O_DIRECTORY);
	pass("large", fd, sizeof buf);
	pass("at the end", fd, sizeof buf);
	show("rewind", lseek(fd, 0, SEEK_SET));
	pass("small", fd, 64);
	lseek(fd, 0, SEEK_SET);
	show("24 bytes hold a dot", gd(fd, buf, 24));
	show("and the other", gd(fd, buf, 24));
	show("not a longer name", gd(fd, buf, 24));
	lseek(fd, 0, SEEK_SET);
	show("23 bytes", gd(fd, buf, 23));
	show("0 bytes", gd(fd, buf, 0));
	for (int i = 0; i < 9; i++) {
		n = gd(fd, buf, 64);
		if (i == 4 && n > 0)
			lseek(fd, 0, SEEK_CUR), strcpy(first, e->name);
	}
	lseek(fd, 0, SEEK_SET);
	for (int i = 0; i < 4; i++)
		gd(fd, buf, 64);
	n = lseek(fd, 0, SEEK_CUR);
	gd(fd, buf, 64);
	lseek(fd, n, SEEK_SET);
	gd(fd, buf, 64);
	strcpy(again, e->name);
	judge("seeking back gives the same name", !strcmp(first, again) && *first);
	show("bad fd", gd(99, buf, 100));
	show("a file", gd(open("d/f0", O_RDONLY), buf, 100));
	show("O_PATH", gd(open("d", O_PATH), buf, 100));
	lseek(fd, 0, SEEK_SET);
	show("bad buffer", gd(fd, KERNEL_ADDRESS, 4096));
	show("null buffer", gd(fd, NULL, 4096));
	show("buffer ends early", gd(fd, edge - 8, 4096));
	lseek(fd, 0, SEEK_SET);
	show("one entry before the edge", gd(fd, edge - 24, 4096));
	lseek(fd, 0, SEEK_SET);
	show("huge size", gd(fd, buf, sizeof buf) > 0);
	show("end whence", lseek(fd, 0, SEEK_END) < 0 ? -1 : 0);
	show("negative", lseek(fd, -1, SEEK_SET));
	rmdir("d/sub");
	mkdir("gone", 0700);
	fd = open("gone", O_RDONLY);
	rmdir("gone");
	show("removed directory", gd(fd, buf, 100));
	fd = open("d", O_WRONLY);
	show("write-only", fd);
	return 0;
}
