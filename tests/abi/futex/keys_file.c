/* Words of files: through mappings that may be written, only read, or are private; beyond the file's end; after truncation. */
#include "futex.h"

static int fd;

/* A child waits for the word as it sees it; how many are woken here, and how it ended. */
static void meet(const char *what, volatile uint32_t *mine, volatile uint32_t *theirs)
{
	struct timespec t = { 0, 150000000 };
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(futex(theirs, FUTEX_WAIT, 0, &t, NULL, 0) ? errno : 0);
	while (stat_field(pid, 3) != 'S' && stat_field(pid, 3) != 'Z')
		sleep_ms(1);
	say("%s: ", what);
	show("woken", futex(mine, FUTEX_WAKE, 1, NULL, NULL, 0));
	waitpid(pid, &status, 0);
	say("  the other: %s\n", status ? errno_name(WEXITSTATUS(status)) : "woken");
}

static volatile uint32_t *map(int prot, int flags, long at) { return mmap(NULL, PAGE, prot, flags, fd, at); }

static void all_calls(const char *what, volatile uint32_t *w)
{
	static volatile uint32_t own;
	struct timespec past = { 0, 1 };

	say("%s\n", what);
	show("  wait", futex(w, FUTEX_WAIT, 0, &past, NULL, 0));
	show("  wait, another value", futex(w, FUTEX_WAIT, 1, &past, NULL, 0));
	show("  wake", futex(w, FUTEX_WAKE, 1, NULL, NULL, 0));
	show("  requeue from", futex2(w, FUTEX_REQUEUE, 1, 1, &own, 0));
	show("  requeue to", futex2(&own, FUTEX_REQUEUE, 1, 1, w, 0));
	show("  compare and requeue", futex2(w, FUTEX_CMP_REQUEUE, 1, 1, &own, 0));
	show("  wake_op, first", futex2(w, FUTEX_WAKE_OP, 1, 1, &own, FUTEX_OP(FUTEX_OP_ADD, 0, FUTEX_OP_CMP_EQ, 0)));
	show("  wake_op, second", futex2(&own, FUTEX_WAKE_OP, 1, 1, w, FUTEX_OP(FUTEX_OP_ADD, 0, FUTEX_OP_CMP_EQ, 0)));
	show("  wake_op, second, unknown", futex2(&own, FUTEX_WAKE_OP_PRIVATE, 1, 1, w, FUTEX_OP(7, 0, FUTEX_OP_CMP_EQ, 0)));
	show("  unlock", futex(w, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
	show("  lock", futex(w, FUTEX_LOCK_PI, 0, &past, NULL, 0));
	show("  trylock", futex(w, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0));
	show("  unlock", futex(w, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
	show("  wait_requeue_pi", futex(w, FUTEX_WAIT_REQUEUE_PI, 0, &past, &own, 0));
	show("  wait_requeue_pi to", futex(&own, FUTEX_WAIT_REQUEUE_PI, 0, &past, w, 0));
	show("  wait_requeue_pi to, another value", futex(&own, FUTEX_WAIT_REQUEUE_PI, 1, &past, w, 0));
	show("  cmp_requeue_pi", futex2(w, FUTEX_CMP_REQUEUE_PI, 1, 1, &own, 0));
	show("  cmp_requeue_pi to", futex2(&own, FUTEX_CMP_REQUEUE_PI, 1, 1, w, 0));
}

int main(void)
{
	volatile uint32_t *rw, *ro, *wo, *copy, *copied, *copy_ro, *beyond, *none, *anon_ro;

	fd = (int)syscall(SYS_memfd_create, "w", 0);
	(void)!ftruncate(fd, PAGE);
	rw = map(PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	ro = map(PROT_READ, MAP_SHARED, 0);
	wo = map(PROT_WRITE, MAP_SHARED, 0);
	none = map(PROT_NONE, MAP_SHARED, 0);
	copy_ro = map(PROT_READ, MAP_PRIVATE, 0);
	copy = map(PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
	copied = map(PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
	copied[8] = 1;
	mprotect((void *)copied, PAGE, PROT_READ);
	beyond = map(PROT_READ | PROT_WRITE, MAP_SHARED, PAGE);
	anon_ro = mmap(NULL, PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	meet("shared, read only there", rw, ro);
	meet("shared, read only here", ro, rw);
	meet("shared, write only there", rw, wo);
	meet("private, read only there", rw, copy_ro);
	meet("private, read only here", copy_ro, rw);
	meet("private, read only on both sides", copy_ro, copy_ro);
	meet("private, may be written there", rw, copy);
	meet("private, copied, then read only", rw, copied);
	meet("shared anonymous, read only", anon_ro, anon_ro);
	all_calls("read only", ro);
	all_calls("write only", wo);
	all_calls("no access", none);
	all_calls("private, read only", copy_ro);
	all_calls("private, copied, then read only", copied);
	all_calls("beyond the end", beyond);
	(void)!ftruncate(fd, 0);
	all_calls("truncated", rw);
	all_calls("truncated, private, read only", copy_ro);
	all_calls("not mapped", (void *)(16 * PAGE));
	all_calls("kernel", KERNEL_ADDRESS);
}
