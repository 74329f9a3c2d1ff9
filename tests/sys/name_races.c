/*
 * name_races.c - what the table of names promises while it changes: a name that is replaced never
 * disappears, a name that is moved is in one place, mounts come and go under those who walk, and
 * listings, links and removals at the same time lose nothing.
 * limit: 60
 */
#include "show.h"
#include <sys/mount.h>
#include <sys/stat.h>

#define NR_WALKERS 3

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void make(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT, 0644);

	if (fd >= 0)
		close(fd);
}

/* Run change() over and over in one process while watchers look; sums what they found wrong. */
static long race(void (*change)(unsigned i), bool (*is_wrong)(void), unsigned ms)
{
	long wrong = 0;
	uint64_t end = now_ms() + ms;
	pid_t watchers[NR_WALKERS];

	for (int w = 0; w < NR_WALKERS; w++) {
		watchers[w] = fork();
		if (!watchers[w]) {
			unsigned bad = 0;

			for (unsigned i = 0; i % 64 || now_ms() < end; i++)
				bad += is_wrong();
			_exit(bad > 255 ? 255 : (int)bad);
		}
	}
	for (unsigned i = 0; i % 64 || now_ms() < end; i++)
		change(i);
	for (int w = 0; w < NR_WALKERS; w++) {
		int status;

		waitpid(watchers[w], &status, 0);
		wrong += WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
	}
	return wrong;
}

static void replace(unsigned i)
{
	char name[64];

	snprintf(name, sizeof name, "new%u", i % 7);
	make(name);
	rename(name, "target");
}
static bool target_missing(void) { return access("target", F_OK) != 0; }

static void replace_long(unsigned i)
{
	static const char *const to[] = { "a-name-that-does-not-fit-into-thirty-one-bytes-0", "a-name-that-does-not-fit-into-thirty-one-bytes-1" };

	make("short");
	rename("short", to[i & 1]);
}
static bool long_missing(void)
{
	return access("a-name-that-does-not-fit-into-thirty-one-bytes-0", F_OK) && access("a-name-that-does-not-fit-into-thirty-one-bytes-1", F_OK);
}

static void exchange(unsigned i) { (void)i, syscall(SYS_renameat2, AT_FDCWD, "left", AT_FDCWD, "right/inner", 2); }
static bool exchange_missing(void) { return access("left", F_OK) || access("right/inner", F_OK); }

static void move_dir(unsigned i) { i & 1 ? rename("b/moving", "a/moving") : rename("a/moving", "b/moving"); }
static bool in_neither(void)
{
	/* Between two looks it may move, but not each time. */
	for (int tries = 0; tries < 50; tries++)
		if (!access("a/moving/deep/file", F_OK) || !access("b/moving/deep/file", F_OK))
			return false;
	return true;
}

static void mount_cycle(unsigned i)
{
	if (mount("none", "mnt", "tmpfs", 0, "size=64k"))
		return;
	make("mnt/inside");
	while (umount2("mnt", i & 1 ? MNT_DETACH : 0) && errno == EBUSY)
		;
}
static bool under_mount_wrong(void)
{
	int fd = open("mnt/.", O_RDONLY | O_DIRECTORY);

	if (fd < 0)
		return true;
	close(fd);
	return access("mnt/../target", F_OK) != 0;
}

static void come_and_go(unsigned i)
{
	char name[32];

	snprintf(name, sizeof name, "list/t%u", i % 20);
	i / 20 & 1 ? (void)unlink(name) : make(name);
}
static bool listing_wrong(void)
{
	char buf[200];
	unsigned seen = 0;
	long n;
	int fd = open("list", O_RDONLY | O_DIRECTORY);

	while ((n = syscall(SYS_getdents64, fd, buf, sizeof buf)) > 0)
		for (long at = 0; at < n; at += *(uint16_t *)(buf + at + 16))
			seen += !strncmp(buf + at + 19, "stays", 5);
	close(fd);
	return seen != 40;
}

static void relink(unsigned i)
{
	symlink(i & 1 ? "a/file" : "b/file", "link.new");
	rename("link.new", "link");
}
static bool link_broken(void) { return access("link", F_OK) != 0; }

int main(void)
{
	char name[32];
	struct stat st;

	mkdir("races", 0755);
	if (chdir("races"))
		return 1;
	make("target"), make("left"), mkdir("right", 0755), make("right/inner");
	mkdir("a", 0755), mkdir("b", 0755), make("a/file"), make("b/file");
	mkdir("a/moving", 0755), mkdir("a/moving/deep", 0755), make("a/moving/deep/file");
	mkdir("mnt", 0755), make("mnt/below"), mkdir("list", 0755);
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof name, "list/stays%d", i);
		make(name);
	}
	replace_long(0), replace_long(1);
	show("replaced name not found", race(replace, target_missing, 400));
	show("long names not found", race(replace_long, long_missing, 400));
	show("exchanged names not found", race(exchange, exchange_missing, 400));
	show("moved directory not found", race(move_dir, in_neither, 400));
	show("walks under a mount that went wrong", race(mount_cycle, under_mount_wrong, 600));
	show("listings that missed a lasting name", race(come_and_go, listing_wrong, 400));
	symlink("a/file", "link");
	show("links not found", race(relink, link_broken, 400));
	stat("right", &st);
	show("links of a directory", st.st_nlink);
	stat(".", &st);
	show("and of the one above", st.st_nlink);
	return 0;
}
