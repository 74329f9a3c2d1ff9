/*
 * locks_parts.c - /proc/locks with thousands of locks, in reads of any size, also while locks that were set first go: each that
 * stays is told once.
 */
#include "../show.h"
#include <sched.h>
#include <sys/stat.h>

#define LOCKS 4000

static unsigned char seen[LOCKS];
static unsigned long ino;
static int fd, other;

static void set(int to, int cmd, int type, long nr)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = nr * 10, .l_len = 5 };

	if (fcntl(to, cmd, &l))
		fatal("lock %ld", nr);
}

static void take(char *line)
{
	unsigned long of, start, end;

	if (sscanf(line, "%*u: OFDLCK ADVISORY %*s -1 %*x:%*x:%lu %lu %lu", &of, &start, &end) == 3 && of == ino && start / 10 < LOCKS)
		seen[start / 10]++;
}

/* All of it by reads of `step` bytes; after half of it `gone` locks go. */
static void read_all(const char *title, size_t step, int gone)
{
	int from = open("/proc/locks", O_RDONLY), lines = 0, once = 0, stay = 0;
	char part[5000], line[200];
	size_t len = 0;
	ssize_t n;

	memset(seen, 0, sizeof seen);
	while ((n = read(from, part, step)) > 0)
		for (ssize_t i = 0; i < n; i++) {
			if (len < sizeof line - 1)
				line[len++] = part[i];
			if (part[i] != '\n')
				continue;
			line[len] = '\0';
			len = 0;
			take(line);
			if (++lines == LOCKS / 2)
				for (int k = 0; k < gone; k++)
					set(fd, F_OFD_SETLK, F_UNLCK, k);
		}
	close(from);
	for (int k = gone; k < LOCKS; k++, stay++)
		once += seen[k] == 1;
	say("%s: %d of %d once\n", title, once, stay);
}

int main(void)
{
	cpu_set_t first;
	struct stat st;

	CPU_ZERO(&first), CPU_SET(0, &first);
	sched_setaffinity(0, sizeof first, &first);
	fd = open("f", O_RDWR | O_CREAT, 0600);
	fstat(fd, &st);
	ino = st.st_ino;
	for (int k = 0; k < LOCKS; k++)
		set(fd, F_OFD_SETLK, k % 2 ? F_WRLCK : F_RDLCK, k);
	read_all("by 4096", 4096, 0);
	read_all("by 1000", 1000, 0);
	read_all("by 61", 61, 0);
	read_all("some go", 500, 300);
	other = open("/proc/locks", O_RDONLY);
	lseek(other, 100000, SEEK_SET);
	show_ok("far behind", read(other, &st, sizeof st) == sizeof st ? 0 : -1);
	lseek(other, 0, SEEK_SET);
	show_ok("and back", read(other, &st, sizeof st) == sizeof st ? 0 : -1);
	return 0;
}
