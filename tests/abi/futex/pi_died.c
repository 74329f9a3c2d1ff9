/* The owner ends while others wait: by exit, by a signal, by exec; with and without a robust list. */
#include "futex.h"
#include <stddef.h>

struct shared { struct robust_list_head head; struct robust_list node; volatile uint32_t word; volatile int go; char text[2][96]; };
static struct shared *s;

static void own(bool robust, int end)
{
	if (robust)
		syscall(SYS_set_robust_list, &s->head, sizeof s->head);
	show("owner locks", futex(&s->word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
	s->go = 1;
	while (s->go == 1)
		sleep_ms(1);
	if (end == 1)
		raise(SIGKILL);
	if (end == 2) {
		execl("/bin/true", "true", (char *)NULL);
		execl("/bin/busybox", "true", (char *)NULL);
	}
	_exit(0);
}

static void probe(const char *what, bool robust, int end)
{
	pid_t owner, waiter[2];
	int status;

	say("%s\n", what);
	memset(s, 0, sizeof *s);
	s->head.futex_offset = offsetof(struct shared, word) - offsetof(struct shared, node);
	s->head.list.next = (void *)((uintptr_t)&s->node | 1);
	s->node.next = &s->head.list;
	owner = fork();
	if (!owner)
		own(robust, end);
	while (!s->go)
		sleep_ms(1);
	for (int i = 0; i < 2; i++) {
		waiter[i] = fork();
		if (!waiter[i]) {
			long r = futex(&s->word, FUTEX_LOCK_PI, 0, NULL, NULL, 0);

			snprintf(s->text[i], sizeof s->text[i], "%ld, %s", r, pi_word(s->word, own_tid()));
			sleep_ms(i ? 0 : 10);
			if (i == 0) {
				_exit(futex(&s->word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0) ? errno : 0);
			}
			_exit(0);               /* keeps it: nobody waits */
		}
		await_sleep(waiter[i]);
	}
	s->go = 2;
	waitpid(owner, &status, 0);
	say("  owner: %s\n", ending(status));
	for (int i = 0; i < 2; i++) {
		waitpid(waiter[i], &status, 0);
		say("  waiter %d: %s, %s\n", i, s->text[i], ending(status));
	}
	say("  at last: %s\n", pi_word(s->word, waiter[1]));
}

int main(void)
{
	s = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	probe("exit, not robust", false, 0);
	probe("exit, robust", true, 0);
	probe("killed, not robust", false, 1);
	probe("killed, robust", true, 1);
	probe("exec, not robust", false, 2);
	probe("exec, robust", true, 2);
}
