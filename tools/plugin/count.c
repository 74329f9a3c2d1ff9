/*
 * count.c - mode=count: the windows of a set, and where the instructions of the middle ones went.
 *
 *   "window KERNEL USER REP_KERNEL REP_USER IRQS IRQ MIDDLE"   instructions, bytes; one line per window
 *   "pc ADDRESS COUNT"                                         executed by all windows that have MIDDLE 1
 *
 * The middle is what remains when a quarter is left out at either end, by kernel instructions,
 * of the windows that no interrupt came into; of all, if these are not at least three. An
 * operation that does the same each time has the same windows; where it does not, the mean of
 * the middle neither jumps as a median would nor follows what is rare. The guest has one vCPU.
 */
#include "guest.h"

struct used { struct place *place; uint64_t count; };
struct seen {
	uint64_t kernel, user, rep_kernel, rep_user, irq;
	unsigned irqs, number;
	bool is_disturbed;                      /* by interrupts, and that matters */
	struct used *used;
	size_t nr_used;
};

static struct place **touched;                  /* executed in this window */
static size_t nr_touched, touched_room;
static struct seen *set;
static size_t nr_set, set_room;

/* Room for one more element of `size` bytes. */
static void *room(void *array, size_t n, size_t *have, size_t size)
{
	if (n < *have)
		return array;
	*have = *have ? 2 * *have : 256;
	return need(realloc(array, *have * size));
}

static void used_add(struct place *p, uint64_t n)
{
	if (!p->count) {
		touched = room(touched, nr_touched, &touched_room, sizeof *touched);
		touched[nr_touched++] = p;
	}
	p->count += n;
}

static void counted(struct place *p) { used_add(p, 1); }

static void touched_clear(void)
{
	for (size_t i = 0; i < nr_touched; i++)
		touched[i]->count = 0;
	nr_touched = 0;
}

static void window_begin(unsigned cpu)
{
	(void)cpu;
	touched_clear();
}

static void window_end(unsigned cpu)
{
	const struct window *w = &windows[cpu];
	struct seen *s;

	set = room(set, nr_set, &set_room, sizeof *set);
	s = &set[nr_set];
	*s = (struct seen){
		.kernel = w->kernel, .user = w->user, .rep_kernel = w->rep_kernel / 2, .rep_user = w->rep_user / 2, .irq = w->irq,
		.irqs = w->irqs, .is_disturbed = w->irqs, .number = (unsigned)nr_set, .nr_used = nr_touched,
	};
	s->used = need(malloc((nr_touched + 1) * sizeof *s->used));
	for (size_t i = 0; i < nr_touched; i++)
		s->used[i] = (struct used){ touched[i], touched[i]->count };
	nr_set++;
	touched_clear();
}

static void discard(void)
{
	while (nr_set)
		free(set[--nr_set].used);
	touched_clear();
}

/* The undisturbed first, then by kernel instructions, then as they came. */
static int by_quality(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->is_disturbed != y->is_disturbed)
		return x->is_disturbed ? 1 : -1;
	if (x->kernel != y->kernel)
		return x->kernel < y->kernel ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

/* Sorts the set so that those to choose from stand first; how many they are. */
static size_t candidates(void)
{
	size_t clean = 0;

	qsort(set, nr_set, sizeof *set, by_quality);
	while (clean < nr_set && !set[clean].irqs)
		clean++;
	if (clean >= 3)
		return clean;
	for (size_t i = 0; i < nr_set; i++)
		set[i].is_disturbed = false;
	qsort(set, nr_set, sizeof *set, by_quality);
	return nr_set;
}

static void set_end(void)
{
	size_t nr = candidates(), from = nr / 4, to = nr - nr / 4;

	touched_clear();
	for (size_t i = 0; i < nr_set; i++) {
		const struct seen *s = &set[i];
		bool middle = i >= from && i < to;

		fprintf(out, "window %lu %lu %lu %lu %u %lu %d\n", s->kernel, s->user, s->rep_kernel, s->rep_user, s->irqs, s->irq, middle);
		for (size_t u = 0; middle && u < s->nr_used; u++)
			used_add(s->used[u].place, s->used[u].count);
	}
	for (size_t i = 0; i < nr_touched; i++)
		fprintf(out, "pc %lx %lu\n", touched[i]->pc, touched[i]->count);
	discard();
}

const struct mode mode_count = {
	.counts = true, .counted = counted, .window_begin = window_begin, .window_end = window_end, .set_end = set_end, .discard = discard,
};
