/*
 * mounts_parts.c - /proc/self/mounts and mountinfo with thousands of mounts, in reads of any size, while mounts come and go: one
 * that stays is told once, one that went while it was yet to come is not told, and one that came is.
 */
#include "mount.h"

#define DIRS 1500u

static char *text;
static unsigned char seen[DIRS + 10], twice;

static int entry(unsigned i, bool on)
{
	char path[32];

	snprintf(path, sizeof path, "d%u", i);
	mkdir(path, 0755);
	return on ? mount("d", path, NULL, MS_BIND, NULL) : umount2(path, MNT_DETACH);
}

static void tally(size_t len)
{
	unsigned nr;

	memset(seen, 0, sizeof seen);
	twice = 0;
	text[len] = 0;
	for (char *l = strtok(text, "\n"); l; l = strtok(NULL, "\n")) {
		char *at = strstr(l, AT "/d");

		if (at && sscanf(at + strlen(AT "/d"), "%u", &nr) == 1 && nr < DIRS + 10)
			twice |= seen[nr]++;
	}
}

static unsigned told(unsigned from, unsigned to)
{
	unsigned n = 0;

	for (unsigned i = from; i < to; i++)
		n += seen[i];
	return n;
}

/* All of it; after half of it some go and come. */
static void slurp(const char *file, size_t step, bool change)
{
	int fd = open(file, O_RDONLY);
	size_t len = 0;
	ssize_t n;
	bool changed = !change;

	while (len < (2u << 20) && (n = read(fd, text + len, step)) > 0) {
		len += (size_t)n;
		if (changed || !strstr((text[len] = 0, text), AT "/d700 "))
			continue;
		for (unsigned i = 0; i < 100; i++)
			entry(i, false), entry(DIRS - 1 - i, false);
		for (unsigned i = DIRS; i < DIRS + 10; i++)
			entry(i, true);
		changed = true;
	}
	close(fd);
	tally(len);
	say("%s by %zu%s: stays %u, went behind %u, went before %u, came %u, twice %d\n", file, step, change ? ", changing" : "",
	    told(100, DIRS - 100), told(0, 100), told(DIRS - 100, DIRS), told(DIRS, DIRS + 10), twice);
}

static void restore(void)
{
	for (unsigned i = 0; i < 100; i++)
		entry(i, true), entry(DIRS - 1 - i, true);
	for (unsigned i = DIRS; i < DIRS + 10; i++)
		entry(i, false);
}

/* What pread says of places that are not next is what reading in order said. */
static void places(const char *path)
{
	static const unsigned parts[] = { 3, 1, 2, 0, 3 };
	int fd = open(path, O_RDONLY);
	size_t len = 0;
	ssize_t n;
	char some[32];

	while ((n = read(fd, text + len, 65536)) > 0)
		len += (size_t)n;
	for (unsigned i = 0; i < 5; i++) {
		size_t at = len / 4 * parts[i] + 5;

		n = pread(fd, some, sizeof some, (off_t)at);
		say("%s at %u quarters: %s\n", path, parts[i], n == 32 && !memcmp(some, text + at, 32) ? "the same" : "something else");
	}
	say("at its end: %zd, behind: %zd\n", pread(fd, some, 32, (off_t)len), pread(fd, some, 32, (off_t)len + 100000));
	say("seek back: %ld, and read: %zd\n", lseek(fd, 0, SEEK_SET), read(fd, some, 32));
	close(fd);
}

int main(void)
{
	text = mmap(NULL, 3u << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	begin();
	dirs("d", NULL);
	for (unsigned i = 0; i < DIRS; i++)
		if (entry(i, true))
			fatal("mount %u", i);
	slurp("/proc/self/mounts", 65536, false);
	slurp("/proc/self/mounts", 1000, false);
	slurp("/proc/self/mountinfo", 4096, false);
	slurp("/proc/self/mountstats", 4095, false);
	slurp("/proc/self/mounts", 1000, true);
	restore();
	slurp("/proc/self/mountinfo", 1000, true);
	places("/proc/self/mountinfo");
	if (chroot("d"))
		fatal("chroot");
	return 0;
}
