/*
 * parts.c - /proc/self/maps and smaps with thousands of mappings, read in steps of any size, and from the middle.
 */
#include "../show.h"

#define PAIRS 3000u
#define TEXT_MAX (12u << 20)

static char *area, *text;

/* All of a file in reads of `step` bytes. */
static size_t slurp(int fd, size_t step)
{
	size_t len = 0;
	ssize_t n;

	while (len < TEXT_MAX && (n = read(fd, text + len, step < TEXT_MAX - len ? step : TEXT_MAX - len)) > 0)
		len += (size_t)n;
	return len;
}

/* Lines that begin with a mapping of the area, and whether each page of it is in one, in order. */
static void count(const char *what, size_t len)
{
	uintptr_t next = (uintptr_t)area, end = next + 2 * PAIRS * 4096ul;
	unsigned n = 0, rows = 0;

	for (char *p = text; p < text + len;) {
		unsigned long from, to;
		char *eol = memchr(p, '\n', (size_t)(text + len - p));

		if (!eol)
			break;
		*eol = '\0';
		if (sscanf(p, "%lx-%lx ", &from, &to) == 2) {
			if (from == next && to <= end) {
				next = to;
				n++;
			}
		} else if (!strncmp(p, "VmFlags:", 8)) {
			rows++;
		}
		p = eol + 1;
	}
	say("%s: %u mappings, %s, %s rows\n", what, n, next == end ? "all" : "not all", rows >= n ? "as many" : rows ? "fewer" : "no");
}

static void whole(const char *path, size_t step)
{
	char what[64];
	int fd = open(path, O_RDONLY);

	snprintf(what, sizeof what, "%s by %zu", path, step);
	count(what, slurp(fd, step));
	close(fd);
}

/* What pread says of places that are not next is what reading in order said. */
static void places(const char *path)
{
	static const unsigned parts[] = { 3, 1, 2, 0, 3 };
	int fd = open(path, O_RDONLY);
	size_t len = slurp(fd, 65536);
	char some[32];

	for (unsigned i = 0; i < 5; i++) {
		off_t at = (off_t)(len / 4 * parts[i] + 5);
		ssize_t n = pread(fd, some, sizeof some, at);

		say("%s at %u quarters: %s\n", path, parts[i], n > 0 && !memcmp(some, text + at, (size_t)n) ? "the same" : "something else");
	}
	say("%s at its end: %zd, behind: %zd\n", path, pread(fd, some, 32, (off_t)len), pread(fd, some, 32, (off_t)len + 100000));
	say("seek back and read: %ld\n", lseek(fd, 0, SEEK_SET));
	say("%s once more: %s\n", path, slurp(fd, 4096) == len ? "as long" : "not as long");
	close(fd);
}

int main(void)
{
	text = mmap(NULL, TEXT_MAX, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	area = mmap(NULL, 2 * PAIRS * 4096ul, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (unsigned i = 0; i < PAIRS; i++)
		mprotect(area + (2ul * i + 1) * 4096, 4096, PROT_NONE);
	memset(text, 0, TEXT_MAX);
	whole("/proc/self/maps", 65536);
	whole("/proc/self/maps", 1000);
	whole("/proc/self/smaps", 65536);
	whole("/proc/self/smaps", 4095);
	places("/proc/self/maps");
	return 0;
}
