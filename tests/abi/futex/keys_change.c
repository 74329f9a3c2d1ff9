/* Somebody waits, and the memory changes: truncated and grown again, unmapped, moved, its file removed and another made. */
#include "futex.h"

static int fd;
static volatile uint32_t *w;

static void waits_shared(struct peer *p)
{
	struct timespec t = { 0, 150000000 };

	PEER_CALL(p, futex(w, FUTEX_WAIT, 0, p->nr ? NULL : &t, NULL, 0));
}

static volatile uint32_t *map(int f, int flags) { return mmap(NULL, PAGE, PROT_READ | PROT_WRITE, flags, f, 0); }

int main(void)
{
	struct peer p;
	volatile uint32_t *other, *old;

	fd = (int)syscall(SYS_memfd_create, "w", 0);
	(void)!ftruncate(fd, PAGE);
	w = map(fd, MAP_SHARED);
	other = map(fd, MAP_SHARED);

	p = (struct peer){ .nr = 1 };
	peer_start(&p, waits_shared);
	peer_sleeps(&p);
	(void)!ftruncate(fd, 0);
	show("truncated: wake", futex(other, FUTEX_WAKE, 1, NULL, NULL, 0));
	(void)!ftruncate(fd, PAGE);
	show("grown again: wake", futex(other, FUTEX_WAKE, 1, NULL, NULL, 0));
	peer_show("waiter", &p);

	p = (struct peer){ .nr = 1 };
	peer_start(&p, waits_shared);
	peer_sleeps(&p);
	munmap((void *)w, PAGE);
	show("unmapped: wake", futex(w, FUTEX_WAKE, 1, NULL, NULL, 0));
	show("elsewhere: wake", futex(other, FUTEX_WAKE, 1, NULL, NULL, 0));
	peer_show("waiter", &p);

	w = other;
	p = (struct peer){ .nr = 1 };
	peer_start(&p, waits_shared);
	peer_sleeps(&p);
	old = w;
	other = mremap((void *)w, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, (char *)mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	show("moved, at the old address: wake", futex(old, FUTEX_WAKE, 1, NULL, NULL, 0));
	show("at the new address: wake", futex(other, FUTEX_WAKE, 1, NULL, NULL, 0));
	peer_show("waiter", &p);

	w = map(-1, MAP_PRIVATE | MAP_ANONYMOUS);
	p = (struct peer){ .nr = 1 };
	peer_start(&p, waits_shared);
	peer_sleeps(&p);
	old = w;
	other = mremap((void *)w, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, (char *)mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	show("private memory, moved: wake", futex(other, FUTEX_WAKE, 1, NULL, NULL, 0));
	mmap((void *)old, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	show("other memory at the old address: wake", futex(old, FUTEX_WAKE, 1, NULL, NULL, 0));
	peer_show("waiter", &p);

	/* A file that is gone while somebody waits for its word: its successors' words are others. */
	fd = (int)syscall(SYS_memfd_create, "gone", 0);
	(void)!ftruncate(fd, PAGE);
	w = map(fd, MAP_SHARED);
	close(fd);
	p = (struct peer){ .nr = 0 };
	peer_start(&p, waits_shared);
	peer_sleeps(&p);
	munmap((void *)w, PAGE);
	long woken = 0;
	for (int i = 0; i < 300; i++) {
		fd = (int)syscall(SYS_memfd_create, "next", 0);
		(void)!ftruncate(fd, PAGE);
		w = map(fd, MAP_SHARED);
		close(fd);
		woken += futex(w, FUTEX_WAKE, 1, NULL, NULL, 0);
		munmap((void *)w, PAGE);
	}
	show("woken through others", woken);
	peer_show("waiter", &p);
}
