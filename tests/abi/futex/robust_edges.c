/* Robust lists that are spoilt: at page edges, out of line, in memory that may only be read, beyond the limit; and those of a thread that executes. */
#include "futex.h"
#include <limits.h>
#include <stddef.h>

struct node { struct robust_list list; volatile uint32_t word; };
#define NR_LONG 2100                            /* Linux looks at 2048 */

struct shared { struct robust_list_head head; struct node n[4]; volatile uint32_t *at[4]; volatile int tid; struct node many[NR_LONG]; };
static struct shared *s;
static char *edge;                              /* of memory that others see, too */

static void own(int i, uint32_t bits)
{
	s->n[i].word = (uint32_t)own_tid() | bits;
}
static void begin(void)
{
	s->tid = own_tid();
	s->head.futex_offset = offsetof(struct node, word);
	s->head.list.next = &s->n[0].list;
	for (int i = 0; i < 3; i++) {
		own(i, i == 1 ? FUTEX_WAITERS : 0);
		s->n[i].list.next = i < 2 ? &s->n[i + 1].list : &s->head.list;
	}
	syscall(SYS_set_robust_list, &s->head, sizeof s->head);
}

static void head_cut(void)
{
	struct robust_list_head *h = (void *)(edge - 16);

	begin();
	memcpy(h, &s->head, 16);
	syscall(SYS_set_robust_list, h, sizeof *h);
}
static void head_odd(void)
{
	struct robust_list_head *h = (void *)(edge - sizeof *h - 1);
	struct robust_list *end = (void *)h;

	begin();
	s->n[2].list.next = end;
	memcpy(h, &s->head, sizeof *h);
	syscall(SYS_set_robust_list, h, sizeof *h);
}
static void entry_cut(void)                     /* its word is there, what follows it is not */
{
	begin();
	*(uint32_t *)(edge - 4) = (uint32_t)own_tid();
	s->n[0].list.next = (void *)(edge - 4);
	s->head.futex_offset = 0;
	s->at[0] = (void *)(edge - 4);
}
static void offset_odd(void) { begin(); s->head.futex_offset += 2; }
static void offset_wild(void) { begin(); s->head.futex_offset = LONG_MIN; }
static void entry_kernel(void) { begin(); s->n[0].list.next = KERNEL_ADDRESS; }
static void entry_wild(void) { begin(); s->n[0].list.next = (void *)0xdead4ead00000001ul; }
static void pending_wild(void) { begin(); s->head.list_op_pending = NON_CANONICAL; }
static void pending_listed(void) { begin(); s->head.list_op_pending = &s->n[1].list; }
static void pending_free(void) { begin(); s->n[3].word = 0; s->head.list_op_pending = &s->n[3].list; }
static void pending_other(void) { begin(); s->n[3].word = 1; s->head.list_op_pending = &s->n[3].list; }
static void pending_after_bad(void) { begin(); own(3, 0); s->n[1].list.next = (void *)8; s->head.list_op_pending = &s->n[3].list; }
static void marked_pi(void) { begin(); s->n[0].list.next = (void *)((uintptr_t)&s->n[1].list | 1); }
static void to_itself(void) { begin(); s->n[1].list.next = &s->n[1].list; own(3, 0); s->head.list_op_pending = &s->n[3].list; }
static void died_already(void) { begin(); own(0, FUTEX_OWNER_DIED | FUTEX_WAITERS); }

static void only_read(void)
{
	begin();
	*(uint32_t *)(edge - PAGE + 64) = (uint32_t)own_tid();
	mprotect(edge - PAGE, PAGE, PROT_READ);
	s->head.futex_offset = edge - PAGE + 64 - (char *)&s->n[1];
	s->n[0].list.next = &s->n[1].list;
	s->head.list.next = &s->n[1].list;
	s->at[0] = (void *)(edge - PAGE + 64);
}

static void too_long(void)
{
	begin();
	for (int i = 0; i < NR_LONG; i++) {
		s->many[i].word = (uint32_t)own_tid();
		s->many[i].list.next = i + 1 < NR_LONG ? &s->many[i + 1].list : &s->head.list;
	}
	s->head.list.next = &s->many[0].list;
	own(3, 0);
	s->head.list_op_pending = &s->n[3].list;
}

static void *executes(void *arg)
{
	begin();
	(void)arg;
	execl("/bin/true", "true", (char *)NULL);
	execl("/bin/busybox", "true", (char *)NULL);
	return NULL;
}
static void thread_exec(void)
{
	pthread_t t;

	pthread_create(&t, NULL, executes, NULL);
	pause();
}
static void *ends(void *arg) { begin(); return arg; }
static void thread_ends(void)
{
	pthread_t t;

	pthread_create(&t, NULL, ends, NULL);
	pthread_join(t, NULL);
}

static void run(const char *what, void (*f)(void))
{
	int status, died = 0;
	pid_t pid;

	memset(s, 0, sizeof *s);
	pid = fork();
	if (!pid) {
		f();
		syscall(SYS_exit_group, 0);
	}
	waitpid(pid, &status, 0);
	say("%s (%s):", what, ending(status));
	for (int i = 0; i < 4; i++)
		say(" [%s]", pi_word(s->n[i].word, s->tid));
	if (s->at[0])
		say(" the other: [%s]", pi_word(*s->at[0], s->tid));
	for (int i = 0; i < NR_LONG; i++)
		died += !!(s->many[i].word & FUTEX_OWNER_DIED);
	if (died)
		say(" %d of many", died);
	say("\n");
}

int main(void)
{
	s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	edge = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	edge += PAGE;
	mprotect(edge, PAGE, PROT_NONE);
	run("as it should be", begin);
	run("the head is cut off", head_cut);
	run("an odd head", head_odd);
	run("an entry is cut off", entry_cut);
	run("an odd offset", offset_odd);
	run("a wild offset", offset_wild);
	run("an entry in the kernel", entry_kernel);
	run("a poisoned entry", entry_wild);
	run("a wild pending one", pending_wild);
	run("pending and in the list", pending_listed);
	run("pending and free", pending_free);
	run("pending and another's", pending_other);
	run("pending behind a bad entry", pending_after_bad);
	run("one is said to inherit priority", marked_pi);
	run("an entry before itself", to_itself);
	run("marked dead before", died_already);
	run("a word that may only be read", only_read);
	run("too long a list", too_long);
	run("a thread that executes", thread_exec);
	run("a thread that ends", thread_ends);
}
