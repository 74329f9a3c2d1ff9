/* Mount namespaces end beside each other: nobody's end lasts through hundreds of others', with long walks of symlinks beside them. */
#include "mount.h"
#include <stdatomic.h>
#include <sys/mman.h>

#define WORKERS 4
#define TOTAL 500

static struct { atomic_int done; atomic_int most; } *all;

static void worker(void)
{
	while (atomic_load(&all->done) < TOTAL) {
		int before = atomic_load(&all->done), lasted, most;

		if (fork() == 0) {
			unshare(CLONE_NEWNS);
			_exit(0);
		}
		wait(NULL);
		lasted = atomic_fetch_add(&all->done, 1) - before;
		most = atomic_load(&all->most);
		while (lasted > most && !atomic_compare_exchange_weak(&all->most, &most, lasted))
			;
	}
	_exit(0);
}

/* Each text leads in and out of the same directory for long, and to the text before. */
static void walker(void)
{
	char text[4096], name[16];
	struct stat st;

	for (int i = 0; i < 39; i++) {
		size_t n = 0;

		while (n < 4000)
			n += (size_t)sprintf(text + n, "../m/");
		sprintf(text + n, i ? "l%d" : "d", i - 1);
		sprintf(name, "l%d", i);
		(void)!symlink(text, name);
	}
	while (atomic_load(&all->done) < TOTAL)
		(void)!lstat("l38/.", &st);
	_exit(0);
}

int main(void)
{
	begin();
	dirs("d", NULL);
	all = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < WORKERS; i++)
		if (fork() == 0)
			worker();
	if (fork() == 0)
		walker();
	while (wait(NULL) > 0)
		;
	judge("all ended", atomic_load(&all->done) >= TOTAL);
	judge("each in its turn", atomic_load(&all->most) < TOTAL / 4);
	return 0;
}
