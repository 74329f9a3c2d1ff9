/* One waiter of a robust word is woken when its owner ends, and finds it so marked. */
#include "futex.h"
#include <stddef.h>

struct shared { struct robust_list_head head; struct robust_list node; volatile uint32_t word; volatile int go; };

int main(void)
{
	struct shared *s = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t owner, waiter[2];
	int status;

	s->head.futex_offset = offsetof(struct shared, word) - offsetof(struct shared, node);
	s->head.list.next = &s->node;
	s->node.next = &s->head.list;
	owner = fork();
	if (!owner) {
		syscall(SYS_set_robust_list, &s->head, sizeof s->head);
		s->word = (uint32_t)own_tid() | FUTEX_WAITERS;
		while (!s->go)
			sleep_ms(1);
		_exit(0);
	}
	while (!s->word)
		sleep_ms(1);
	for (int i = 0; i < 2; i++) {
		waiter[i] = fork();
		if (!waiter[i]) {
			struct timespec t = { 0, 400000000 };
			long r = futex(&s->word, FUTEX_WAIT, s->word, &t, NULL, 0);

			_exit(r ? errno == ETIMEDOUT ? 1 : 2 : s->word & FUTEX_OWNER_DIED ? 0 : 3);
		}
		await_sleep(waiter[i]);
	}
	s->go = 1;
	waitpid(owner, &status, 0);
	for (int i = 0; i < 2; i++) {
		waitpid(waiter[i], &status, 0);
		say("waiter %d: %s\n", i, ending(status));
	}
	say("word: %s\n", pi_word(s->word, owner));
}
