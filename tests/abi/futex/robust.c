/* set_robust_list(2), get_robust_list(2), and what becomes of words when their owner ends. */
#include "futex.h"
#include <stddef.h>

struct node { struct robust_list list; volatile uint32_t word; };
struct shared { struct robust_list_head head; struct node n[4]; };

static struct shared *s;

static void list_up(int count, bool loop)
{
	memset(s, 0, sizeof *s);
	s->head.futex_offset = offsetof(struct node, word);
	s->head.list.next = &s->head.list;
	for (int i = count - 1; i >= 0; i--) {
		s->n[i].list.next = i == count - 1 ? loop ? &s->n[0].list : &s->head.list : &s->n[i + 1].list;
		s->head.list.next = &s->n[i].list;
	}
}

static void run(const char *what, void (*f)(void))
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		syscall(SYS_set_robust_list, &s->head, sizeof s->head);
		f();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	say("%s:", what);
	for (int i = 0; i < 4; i++)
		say(" [%s]", pi_word(s->n[i].word, pid));
	say("\n");
}

static void own_three(void)
{
	s->n[0].word = (uint32_t)own_tid();
	s->n[1].word = (uint32_t)own_tid() | FUTEX_WAITERS;
	s->n[2].word = 12345678;
}
static void pending(void)
{
	s->n[3].word = (uint32_t)own_tid();
	s->head.list_op_pending = &s->n[3].list;
}
static void bad_entry(void)
{
	own_three();
	s->n[0].list.next = (void *)16;
}
static void by_exec(void)
{
	own_three();
	execl("/bin/true", "true", (char *)NULL);
	execl("/bin/busybox", "true", (char *)NULL);
}
static void by_kill(void)
{
	own_three();
	raise(SIGKILL);
}

int main(void)
{
	struct robust_list_head *head = NULL;
	size_t len = 0;

	s = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	show("wrong length", syscall(SYS_set_robust_list, &s->head, 1));
	show("set", syscall(SYS_set_robust_list, &s->head, sizeof s->head));
	show("set a bad address", syscall(SYS_set_robust_list, 8, sizeof s->head));
	show("set again", syscall(SYS_set_robust_list, &s->head, sizeof s->head));
	show("get", syscall(SYS_get_robust_list, 0, &head, &len));
	judge("same", head == &s->head && len == sizeof *head);
	show("get of none such", syscall(SYS_get_robust_list, 4000000, &head, &len));
	show("get of init", syscall(SYS_get_robust_list, 1, &head, &len));
	show("get to nowhere", syscall(SYS_get_robust_list, 0, NULL, &len));
	show("get len to nowhere", syscall(SYS_get_robust_list, 0, &head, NULL));
	syscall(SYS_set_robust_list, NULL, sizeof s->head);
	list_up(3, false);
	run("exit", own_three);
	list_up(3, true);
	run("a list without end", own_three);
	list_up(0, false);
	run("pending", pending);
	list_up(3, false);
	run("bad entry", bad_entry);
	list_up(3, false);
	run("exec", by_exec);
	list_up(3, false);
	run("killed", by_kill);
}
