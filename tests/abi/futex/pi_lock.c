/* futex(FUTEX_LOCK_PI, FUTEX_UNLOCK_PI, FUTEX_TRYLOCK_PI) without contention, and each wrong use. */
#include "futex.h"
#include <sys/wait.h>

static volatile uint32_t word;

static void plain_waiter(struct peer *p) { PEER_CALL(p, futex(&word, FUTEX_WAIT_PRIVATE, word, NULL, NULL, 0)); }

static pid_t dead_pid(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	return pid;
}

int main(void)
{
	struct timespec past = { 1, 0 }, bad = { 0, -1 };
	char *edge = page_edge();
	struct peer p = { 0 };
	int me = own_tid();
	const uint32_t *read_only = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	show("lock", futex(&word, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	say("  %s\n", pi_word(word, me));
	show("lock again", futex(&word, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	show("trylock again", futex(&word, FUTEX_TRYLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	show("unlock", futex(&word, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	say("  %s\n", pi_word(word, me));
	show("unlock again", futex(&word, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	show("trylock", futex(&word, FUTEX_TRYLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	say("  %s\n", pi_word(word, me));
	word = (uint32_t)me | FUTEX_WAITERS;
	show("unlock with stray waiters bit", futex(&word, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	say("  %s\n", pi_word(word, me));
	word = FUTEX_OWNER_DIED | FUTEX_WAITERS;
	show("lock after death", futex(&word, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	say("  %s\n", pi_word(word, me));
	show("unlock", futex(&word, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	say("  %s\n", pi_word(word, me));
	word = (uint32_t)dead_pid();
	show("owner is no more", futex(&word, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	word = 0x3fffffff;
	show("owner never was", futex(&word, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	show("try: owner never was", futex(&word, FUTEX_TRYLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	word = 1;
	show("try: init owns", futex(&word, FUTEX_TRYLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	say("  %s\n", pi_word(word, 1));
	word = 1;
	show("time is over", futex(&word, FUTEX_LOCK_PI_PRIVATE, 0, &past, NULL, 0));
	show("time is over, LOCK_PI2", futex(&word, FUTEX_LOCK_PI2 | FUTEX_PRIVATE_FLAG, 0, &past, NULL, 0));
	show("bad time", futex(&word, FUTEX_LOCK_PI_PRIVATE, 0, &bad, NULL, 0));
	show("LOCK_PI with a clock", futex(&word, FUTEX_LOCK_PI_PRIVATE | FUTEX_CLOCK_REALTIME, 0, &past, NULL, 0));
	show("LOCK_PI2 with a clock", futex(&word, FUTEX_LOCK_PI2 | FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME, 0, &past, NULL, 0));
	show("TRYLOCK_PI with a clock", futex(&word, FUTEX_TRYLOCK_PI | FUTEX_CLOCK_REALTIME, 0, NULL, NULL, 0));
	show("unlock a foreign one", futex(&word, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	show("odd address", futex((void *)((char *)&word + 2), FUTEX_LOCK_PI, 0, NULL, NULL, 0));
	show("odd address, unlock", futex((void *)((char *)&word + 2), FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
	show("unmapped", futex((void *)edge, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	show("unmapped, unlock", futex((void *)edge, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	show("read only", futex((void *)read_only, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	word = 0;
	peer_start(&p, plain_waiter);
	peer_sleeps(&p);
	word = 1;
	show("others wait plainly: lock", futex(&word, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	word = (uint32_t)me;
	show("others wait plainly: unlock", futex(&word, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	futex(&word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	peer_show("plain waiter", &p);
}
