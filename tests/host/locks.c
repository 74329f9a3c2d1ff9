/* host: spinlocks, rwlocks, seqlocks and mutexes exclude, and their data is whole. */
#include <host/host.h>
#include <sync/mutex.h>
#include <sync/rwlock.h>
#include <sync/seqlock.h>
#include <stdio.h>

#define WORKERS 4
#define WORDS   4

static struct spinlock spin = SPINLOCK_INIT(RANK_TASK);
static struct irq_spinlock irq_spin = IRQ_SPINLOCK_INIT(RANK_TIMER);
static struct rwlock rw = RWLOCK_INIT(RANK_TASK);
static struct mutex mutex = MUTEX_INIT(mutex, RANK_SPACE);
static struct seqlock seq;
static unsigned long guarded[4][WORDS];         /* all words of a row equal, but for who is inside */
static unsigned long by_seq[WORDS];
static unsigned long done[4][WORKERS];

/* Raise all words of a row, checking that nobody else is at it. */
static void raise(unsigned row)
{
	unsigned long v = guarded[row][0];

	for (unsigned i = 0; i < WORDS; i++) {
		check(guarded[row][i] == v);
		guarded[row][i] = v + 1;
	}
}

static void look(unsigned row)
{
	unsigned long v = guarded[row][0];

	for (unsigned i = 1; i < WORDS; i++)
		check(guarded[row][i] == v);
}

static void spin_round(unsigned cpu)
{
	irqflags_t f;

	spin_lock(&spin);
	raise(0);
	f = irq_spin_lock(&irq_spin);           /* plain outside, irq inside: by rank */
	raise(1);
	irq_spin_unlock(&irq_spin, f);
	spin_unlock(&spin);
	done[0][cpu]++;
	if (spin_trylock(&spin)) {
		raise(0);
		done[0][cpu]++;
		spin_unlock(&spin);
		return;
	}
}

static void rw_round(unsigned cpu)
{
	for (unsigned i = 0; i < 6; i++) {
		rw_read_lock(&rw);
		look(2);
		rw_read_unlock(&rw);
	}
	rw_write_lock(&rw);
	raise(2);
	done[2][cpu]++;
	rw_write_unlock(&rw);
}

static void seq_round(void)
{
	unsigned long seen[WORDS];
	unsigned s;

	do {
		s = seq_begin(&seq.count);
		for (unsigned i = 0; i < WORDS; i++)
			seen[i] = load_relaxed(&by_seq[i]);
	} while (seq_retry(&seq.count, s));
	for (unsigned i = 1; i < WORDS; i++)
		check(seen[i] == seen[0]);
	seqlock_write_lock(&seq);
	for (unsigned i = 0; i < WORDS; i++)
		store_relaxed(&by_seq[i], by_seq[i] + 1);
	seqlock_write_unlock(&seq);
}

static void mutex_round(unsigned cpu)
{
	mutex_lock(&mutex);
	raise(3);
	check(mutex_is_held(&mutex));
	done[3][cpu]++;
	mutex_unlock(&mutex);
	if (mutex_trylock(&mutex)) {
		raise(3);
		done[3][cpu]++;
		mutex_unlock(&mutex);
	}
}

static void worker(unsigned cpu)
{
	while (!load_relaxed(&host_stop)) {
		spin_round(cpu);
		rw_round(cpu);
		seq_round();
		mutex_round(cpu);
		host_poll();
	}
}

int main(int argc, char **argv)
{
	unsigned long sum[4] = { 0 };

	host_begin(WORKERS);
	seqlock_init(&seq, RANK_TASK);
	host_run_for(worker, host_budget_ns(argc, argv, 1000));
	for (unsigned row = 0; row < 4; row++)
		for (unsigned cpu = 0; cpu < WORKERS; cpu++)
			sum[row] += done[row][cpu];
	check(guarded[0][0] == sum[0] && guarded[2][0] == sum[2] && guarded[3][0] == sum[3]);
	check(!spin_is_locked(&spin));
	printf("locks: %lu spin, %lu rw, %lu mutex sections\n", sum[0], sum[2], sum[3]);
	return host_end();
}
