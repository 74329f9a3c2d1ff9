/* file_reuse.c - descriptors closed, opened and moved while other threads and another process look them up. */
#include "show.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#define SLOT   200                          /* above the 64 of a small table: it has grown */
#define KINDS  4
#define RUN_MS 400

static atomic_bool over;
static atomic_ulong wrong, seen;
static ino_t inodes[KINDS];

static void name_of(char *name, int kind) { sprintf(name, "/tmp/reuse.%d", kind); }

/* A file of this kind holds its number, and nothing else. */
static int open_kind(int kind)
{
	char name[32];

	name_of(name, kind);
	return open(name, O_RDWR);
}

/* What the descriptor says by one way must be what it says by another, or nothing: it may change in between. */
static void look(int fd)
{
	struct stat st;
	char c = 0;
	int mine = fcntl(fd, F_DUPFD_CLOEXEC, 300);

	if (mine < 0)
		return;
	if (fstat(mine, &st) || pread(mine, &c, 1, 0) != 1 || c < '0' || c >= '0' + KINDS || st.st_ino != inodes[c - '0'])
		wrong++;
	seen++;
	close(mine);
}

static void *looker(void *arg)
{
	(void)arg;
	while (!over)
		look(SLOT);
	return NULL;
}

/* What the others free is opened again at once, as a file that never stands in SLOT. */
static void foreign_open_close(void)
{
	int fds[4];

	for (int i = 0; i < 4; i++)
		fds[i] = open("/tmp/foreign", O_RDWR);
	for (int i = 0; i < 4; i++)
		close(fds[i]);
}

static void *opener(void *arg)
{
	(void)arg;
	while (!over)
		foreign_open_close();
	return NULL;
}

static void *mover(void *arg)
{
	(void)arg;
	for (int n = 0; !over; n++) {
		int fd = open_kind(n % KINDS);

		if (fd < 0 || dup2(fd, SLOT) != SLOT)
			wrong++;
		close(fd);
		if (n % 3 == 0)
			close(SLOT);
		foreign_open_close();           /* on this CPU, too */
	}
	return NULL;
}

/* A process of its own reads the other's links: names of kinds, or nothing. */
static int links(pid_t pid)
{
	char path[64], to[64];
	struct timespec now, start;
	int bad = 0;

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, SLOT);
	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		ssize_t n = readlink(path, to, sizeof to - 1);

		if (n > 0) {
			to[n] = 0;
			bad += strncmp(to, "/tmp/reuse.", 11) != 0;
		}
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < RUN_MS / 2);
	return bad;
}

int main(void)
{
	pthread_t t[5];
	pid_t parent = getpid(), child;
	int status = 0;

	for (int k = 0; k < KINDS; k++) {
		char name[32], c = (char)('0' + k);
		struct stat st;
		int fd;

		name_of(name, k);
		fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
		if (fd < 0 || write(fd, &c, 1) != 1 || fstat(fd, &st))
			return 1;
		inodes[k] = st.st_ino;
		close(fd);
	}
	close(open("/tmp/foreign", O_RDWR | O_CREAT, 0600));
	child = fork();
	if (!child)
		_exit(links(parent) != 0);
	pthread_create(&t[0], NULL, mover, NULL);
	pthread_create(&t[1], NULL, looker, NULL);
	pthread_create(&t[2], NULL, looker, NULL);
	pthread_create(&t[3], NULL, opener, NULL);
	pthread_create(&t[4], NULL, opener, NULL);
	usleep(RUN_MS * 1000);
	for (int i = 0; !seen && i < 100; i++)  /* a slow machine */
		usleep(50000);
	over = true;
	for (int i = 0; i < 5; i++)
		pthread_join(t[i], NULL);
	waitpid(child, &status, 0);
	judge("looked", seen);
	judge("always found one file, whole", !wrong);
	judge("links of another process right", !status);
	return 0;
}
