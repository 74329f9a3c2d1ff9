/*
 * clock.c - what time it is.
 *
 * Monotonic time is the scaled machine counter less its value at boot; realtime
 * is monotonic time plus one 64-bit offset, so every read is lock-free and none
 * can be torn. boottime equals monotonic time: a guest does not suspend.
 * The vDSO's page repeats scale and offset for user mode, under a sequence count.
 * Lock: set_lock, for setting only (leaf).  Context: reads anywhere.
 */
#include <time/clock.h>
#include <time/tick.h>
#include <time/vdso_data.h>
#include <arch/timer.h>
#include <mm/page.h>
#include <percpu/percpu.h>
#include <sync/spinlock.h>
#include <sync/waitq.h>
#include <trace/klog.h>
#include <linux/time.h>

static uint64_t base_ns;                    /* c: counter's scale at monotonic zero */
static atomic_ulong realtime_offset;        /* a */
static atomic_uint realtime_changes;        /* a */
static struct clock_zone zone;              /* set_lock to write */
static struct page *vdso_page;              /* c */
static struct spinlock set_lock = SPINLOCK_INIT(RANK_LEAF);
static atomic_int tai_offset_s;             /* a */
DEFINE_PERCPU_ALIGNED(struct waitq, clock_set_sleepers);      /* each may be used from everywhere */
struct waitq clock_set_waitq = { 0, IRQ_SPINLOCK_INIT(RANK_CLOCK_SET), LIST_INIT(clock_set_waitq.waiters) };

uint64_t clock_monotonic_ns(void)
{
	return arch_clock_ticks_to_ns(arch_clock_ticks()) - base_ns;
}

uint64_t sync_now_ns(void) { return clock_monotonic_ns(); }

uint64_t clock_realtime_ns(void)
{
	return clock_monotonic_ns() + load_relaxed(&realtime_offset);   /* relaxed: one word, no other data */
}

uint64_t clock_boottime_ns(void) { return clock_monotonic_ns(); }
int clock_tai_offset(void) { return load_relaxed(&tai_offset_s); }
uint64_t clock_tai_ns(void) { return clock_realtime_ns() + (uint64_t)(int64_t)clock_tai_offset() * NSEC_PER_SEC; }

uint64_t clock_boot_realtime_seconds(void)
{
	return load_relaxed(&realtime_offset) / NSEC_PER_SEC;
}

unsigned clock_realtime_changes(void) { return load_acquire(&realtime_changes); }      /* pairs with clock_set_realtime() */

/* ---- user mode's copy ---- */

static struct vdso_data *vdso(void) { return vdso_page ? page_address(vdso_page) : NULL; }

/* set_lock held, or bring-up. */
static void vdso_update(void)
{
	struct vdso_data *d = vdso();

	if (!d)
		return;
	store_relaxed(&d->seq, d->seq + 1);
	fence_release();                        /* odd before any change */
	store_relaxed(&d->offset_ns[CLOCK_REALTIME], realtime_offset - base_ns);
	store_relaxed(&d->offset_ns[CLOCK_REALTIME_COARSE], realtime_offset - base_ns);
	store_relaxed(&d->offset_ns[CLOCK_TAI], realtime_offset - base_ns + (uint64_t)(int64_t)tai_offset_s * NSEC_PER_SEC);
	store_relaxed(&d->tz_minuteswest, zone.minuteswest);
	store_relaxed(&d->tz_dsttime, zone.dsttime);
	store_release(&d->seq, d->seq + 1);
}

struct page *clock_vdso_data_page(void)
{
	page_get(vdso_page);
	return vdso_page;
}

void clock_vdso_serve(void)
{
	const uint32_t all = 1u << CLOCK_REALTIME | 1u << CLOCK_MONOTONIC | 1u << CLOCK_MONOTONIC_RAW | 1u << CLOCK_REALTIME_COARSE |
			     1u << CLOCK_MONOTONIC_COARSE | 1u << CLOCK_BOOTTIME | 1u << CLOCK_TAI;

	if (arch_clock_is_tsc() && arch_clock_shift == VDSO_SHIFT)
		store_relaxed(&vdso()->served, all);    /* relaxed: no program runs yet */
}

/* ---- setting ---- */

struct waitq *clock_set_queue(void)
{
	struct waitq *q;

	preempt_disable();
	q = this_cpu_ptr(clock_set_sleepers);
	preempt_enable();
	return q;
}

static void set_tell(void)
{
	for_each_cpu(cpu)
		waitq_wake_all(cpu_ptr(clock_set_sleepers, cpu));       /* any CPU's: under its lock */
	waitq_wake_all(&clock_set_waitq);
}

void clock_set_realtime(uint64_t ns)
{
	spin_lock(&set_lock);
	store_relaxed(&realtime_offset, ns - clock_monotonic_ns());
	fetch_add_release(&realtime_changes, 1);
	vdso_update();
	spin_unlock(&set_lock);
	set_tell();
}

void clock_set_tai_offset(int seconds)
{
	spin_lock(&set_lock);
	store_relaxed(&tai_offset_s, seconds);  /* relaxed: the wake-up's fence comes before its look at the alarms */
	vdso_update();
	spin_unlock(&set_lock);
	set_tell();
}

void clock_get_zone(struct clock_zone *out)
{
	spin_lock(&set_lock);
	*out = zone;
	spin_unlock(&set_lock);
}

void clock_set_zone(const struct clock_zone *z)
{
	spin_lock(&set_lock);
	zone = *z;
	vdso_update();
	spin_unlock(&set_lock);
}

/* ---- bring-up ---- */

void clock_init(void)
{
	struct vdso_data *d;

	for_each_cpu(cpu)
		waitq_init(cpu_ptr(clock_set_sleepers, cpu));
	base_ns = arch_clock_ticks_to_ns(arch_clock_ticks());
	realtime_offset = arch_rtc_read_seconds() * NSEC_PER_SEC;
	vdso_page = page_alloc(0, ALLOC_ZERO, PAGE_KERNEL);
	if (!vdso_page)
		panic("clock: no memory for the vDSO's data");
	d = vdso();
	d->mult = arch_clock_mult;
	d->coarse_ns = TICK_NS;
	d->offset_ns[CLOCK_MONOTONIC] = d->offset_ns[CLOCK_MONOTONIC_RAW] = -base_ns;
	d->offset_ns[CLOCK_MONOTONIC_COARSE] = d->offset_ns[CLOCK_BOOTTIME] = -base_ns;
	vdso_update();
}
