/*
 * getdents_fault.c - getdents64(2) into memory that ends among the entries: whole entries, and the listing goes on behind them.
 */
#include "../show.h"
#include <sys/stat.h>

struct entry { uint64_t ino; int64_t off; uint16_t len; uint8_t type; char name[]; };

static int seen[200];

/* How many entries; each f%d is counted. */
static int take(const char *buf, long n)
{
	int entries = 0;

	for (long at = 0; at < n; entries++) {
		const struct entry *e = (const void *)(buf + at);
		int i;

		if (sscanf(e->name, "f%d", &i) == 1)
			seen[i]++;
		at += e->len;
	}
	return entries;
}

int main(void)
{
	char *edge = page_edge(), name[32];

	mkdir("d", 0755);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "d/f%d", i);
		mknod(name, S_IFREG | 0600, 0);
	}
	/* A little more room each time: 24 bytes an entry. */
	for (int room = 0; room <= 2400; room += 120) {
		int fd = open("d", O_RDONLY), entries, once = 0;
		static char rest[8192];
		long n;

		memset(seen, 0, sizeof seen);
		n = syscall(SYS_getdents64, fd, edge - room - 7, 8192);
		entries = n > 0 ? take(edge - room - 7, n) : 0;
		say("room %d: %s %d", room, n < 0 ? errno_name(errno) : "entries", entries);
		while ((n = syscall(SYS_getdents64, fd, rest, sizeof rest)) > 0)
			take(rest, n);
		for (int i = 0; i < 100; i++)
			once += seen[i] == 1;
		say(", %d of 100 once\n", once);
		close(fd);
	}
	return 0;
}
