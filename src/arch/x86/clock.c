/*
 * clock.c - the machine's counter: the TSC, its rate, and whether CPUs agree on it.
 *
 * The rate is asked for in this order: kvmclock, CPUID (hypervisor leaf, then
 * 0x15), and else measured against the ACPI PM timer or the PIT. Measuring
 * begins when the ports are known and ends in arch_clock_init(): bring-up runs
 * meanwhile, and only what is missing to WINDOW_NS is waited for. Each end is
 * the shortest of a few tries, so that a vCPU losing its CPU does not spoil it.
 *
 * A CPU that starts compares its TSC with the boot CPU's latest. Should they
 * disagree, every CPU gets an offset and all clocks pass through a maximum that
 * never goes back: slow, but right. I1: clock_mode is CLOCK_TSC only while no
 * disagreement was seen.
 * Context: reading in any; the rest bring-up.
 */
#include "arch_priv.h"
#include <arch/io.h>
#include <arch/timer.h>
#include <percpu/preempt.h>
#include <trace/klog.h>

#define WINDOW_NS     6000000ull            /* measured at least: some 100 ppm with microsecond port accesses */
#define LAPIC_WINDOW_NS 1000000ull
#define SAMPLE_TRIES  5
#define PM_TIMER_HZ   3579545u
#define PIT_HZ        1193182u

enum clock_mode { CLOCK_TSC, CLOCK_TSC_ADJUSTED, CLOCK_PV };

uint64_t arch_clock_mult __ro_after_init;
unsigned arch_clock_shift __ro_after_init = 32;
static uint64_t clock_khz __ro_after_init;
static enum clock_mode clock_mode __ro_after_init;
static const char *rate_source __ro_after_init = "";

static atomic_ulong last_ticks;             /* the latest any CPU was told; CLOCK_TSC_ADJUSTED and CLOCK_PV only */
DEFINE_PERCPU_STATIC(int64_t, tsc_offset);  /* own; set before CLOCK_TSC_ADJUSTED */

/* ---- reading ---- */

/* Never backwards, whatever the CPUs' counters do. */
static __noinline uint64_t ticks_slow(void)
{
	uint64_t last, now;

	preempt_disable();
	now = clock_mode == CLOCK_PV ? pvclock_ns() : rdtsc_ordered() + this_cpu_read(tsc_offset);
	preempt_enable_no_resched();
	last = load_relaxed(&last_ticks);       /* relaxed: the exchange checks it, and only its order counts */
	do {
		if (now <= last)
			return last;
	} while (!cas_relaxed(&last_ticks, &last, now));
	return now;
}

uint64_t arch_clock_ticks(void)
{
	return likely(clock_mode == CLOCK_TSC) ? rdtsc_ordered() : ticks_slow();
}

uint64_t arch_clock_ticks_to_ns(uint64_t ticks) { return (unsigned __int128)ticks * arch_clock_mult >> arch_clock_shift; }
uint64_t arch_clock_khz(void) { return clock_mode == CLOCK_PV ? 1000000 : clock_khz; }
const char *arch_clock_name(void) { return clock_mode == CLOCK_PV ? "kvm-clock" : "tsc"; }
bool arch_clock_is_tsc(void) { return clock_mode == CLOCK_TSC; }

void delay_us(unsigned us)
{
	uint64_t start = rdtsc();

	if (clock_khz) {
		while (rdtsc() - start < us * clock_khz / 1000)
			cpu_relax();
		return;
	}
	while (us--)
		io_out8(0x80, 0);               /* about a microsecond on the bus that this port pretends to be on */
}

/* ---- measuring ---- */

struct reference { const char *name; uint32_t (*read)(void); uint32_t hz, mask; };
struct sample { uint64_t tsc; uint32_t ref; };

static const struct reference *reference __ro_after_init;
static struct sample first_sample __ro_after_init;
static uint64_t lapic_begin_tsc __ro_after_init;

static uint32_t pm_timer_read(void) { return io_in32(acpi_info.pm_timer_port); }

static uint32_t pit_read(void)
{
	uint32_t lo, hi;

	io_out8(0x43, 0x80);                    /* latch channel 2 */
	lo = io_in8(0x42);
	hi = io_in8(0x42);
	return 0xffff - (hi << 8 | lo);
}

static void pit_start(void)
{
	io_out8(0x61, (io_in8(0x61) & ~2u) | 1);    /* gate on, speaker off */
	io_out8(0x43, 0xb0);                    /* channel 2, low then high byte, count down once */
	io_out8(0x42, 0xff);
	io_out8(0x42, 0xff);
}

static const struct reference pm_timer_24 = { "PM timer", pm_timer_read, PM_TIMER_HZ, 0xffffff };
static const struct reference pit = { "PIT", pit_read, PIT_HZ, 0xffff };

static struct sample sample_take(const struct reference *r)
{
	struct sample best = { 0, 0 };
	uint64_t shortest = ~0ull;

	for (unsigned i = 0; i < SAMPLE_TRIES; i++) {
		uint64_t before = rdtsc_ordered();
		uint32_t ref = r->read();
		uint64_t after = rdtsc_ordered();

		if (after - before < shortest) {
			shortest = after - before;
			best = (struct sample){ before + (after - before) / 2, ref };
		}
	}
	return best;
}

static bool reference_runs(const struct reference *r)
{
	uint32_t start = r->read();

	for (unsigned i = 0; i < 1000; i++)
		if (r->read() != start)
			return true;
	return false;
}

void clock_calibration_begin(void)
{
	if (acpi_info.pm_timer_port && reference_runs(&pm_timer_24)) {
		reference = &pm_timer_24;
	} else {
		pit_start();
		if (reference_runs(&pit))
			reference = &pit;
	}
	if (reference)
		first_sample = sample_take(reference);
}

static uint64_t reference_elapsed_ns(uint32_t now)
{
	return (uint64_t)((now - first_sample.ref) & reference->mask) * 1000000000 / reference->hz;
}

/* The rate by measurement; 0 when the machine has nothing to measure with. */
static uint64_t khz_measure(void)
{
	struct sample end;
	uint64_t ns;

	if (!reference)
		return 0;
	do
		end = sample_take(reference);
	while (reference_elapsed_ns(end.ref) < WINDOW_NS);
	ns = reference_elapsed_ns(end.ref);
	rate_source = reference->name;
	return (end.tsc - first_sample.tsc) * 1000000 / ns;
}

static uint64_t khz_from_hypervisor(void)
{
	uint64_t khz;

	if (!cpu_features.hypervisor || cpuid(0x40000000, 0).eax < 0x40000010)
		return 0;
	khz = cpuid(0x40000010, 0).eax;
	rate_source = "hypervisor leaf";
	return khz;
}

static uint64_t khz_from_cpuid(void)
{
	struct cpuid r;

	if (cpuid(0, 0).eax < 0x15)
		return 0;
	r = cpuid(0x15, 0);
	rate_source = "CPUID 0x15";
	return r.eax && r.ebx && r.ecx ? (uint64_t)r.ecx * r.ebx / r.eax / 1000 : 0;
}

/*
 * A machine without anything to measure with has a hypervisor (Firecracker and its like): theirs, and
 * KVM's, run the local APIC's timer at 1 GHz.
 */
static uint64_t khz_from_lapic(void)
{
	uint64_t begin = rdtsc_ordered(), ticks;
	uint32_t from = lapic_timer_elapsed();

	do
		ticks = (uint64_t)(lapic_timer_elapsed() - from) * 16;
	while (ticks < WINDOW_NS);
	rate_source = "local APIC timer";
	return (rdtsc_ordered() - begin) * 1000000 / ticks;
}

/* ---- bring-up ---- */

void clock_lapic_begin(void)
{
	lapic_timer_calibrate_begin();
	lapic_begin_tsc = rdtsc_ordered();      /* the counter was started a moment ago: it is measured fast rather than slow */
}

static void lapic_rate_measure(void)
{
	uint64_t ns = 1, ticks = 0, before;

	if (!cpu_features.tsc_deadline) {
		while ((rdtsc_ordered() - lapic_begin_tsc) * 1000000 / clock_khz < LAPIC_WINDOW_NS)
			cpu_relax();
		before = rdtsc_ordered();
		ticks = lapic_timer_elapsed();
		ns = (before + (rdtsc_ordered() - before) / 2 - lapic_begin_tsc) * 1000000 / clock_khz;
	}
	lapic_timer_set_rate(ticks, ns, clock_khz);
}

void arch_clock_init(void)
{
	bool stable = true;

	if (pvclock_init(&clock_khz, &stable))
		rate_source = "kvmclock";
	if (!clock_khz)
		clock_khz = khz_from_hypervisor();
	if (!clock_khz)
		clock_khz = khz_from_cpuid();
	if (!clock_khz)
		clock_khz = khz_measure();
	if (!clock_khz)
		clock_khz = khz_from_lapic();
	lapic_rate_measure();
	if (!stable) {
		arch_clock_shift = 0;
		arch_clock_mult = 1;
		clock_mode = CLOCK_PV;
		pvclock_init_this();
	} else {
		arch_clock_mult = (1000000ull << 32) / clock_khz;
	}
	klog(KLOG_INFO, "clock: %s, %lu.%03lu MHz by %s\n", arch_clock_name(), clock_khz / 1000, clock_khz % 1000, rate_source);
}

/* ---- do the CPUs agree? ---- */

#define ROUNDS 16

static atomic_ulong boot_cpu_tsc;           /* boot CPU's latest; 0 before it publishes */
static atomic_bool tsc_disagrees;
DEFINE_PERCPU_STATIC(uint64_t, start_tsc);  /* own; read by the boot CPU when this one is online */

void clock_publish(void) { store_release(&boot_cpu_tsc, rdtsc_ordered()); }     /* pairs with the loads below */

/*
 * Bounds of (boot CPU's TSC - ours): what it published before we looked is a lower one, what it publishes
 * after we looked an upper one.
 */
static void offset_bounds(int64_t *low, int64_t *high)
{
	uint64_t before = load_acquire(&boot_cpu_tsc), mine = rdtsc_ordered(), after;

	spin_until((after = load_acquire(&boot_cpu_tsc)) != before);
	/* `after` may have been taken right before we looked: the next one surely was not. */
	spin_until(load_acquire(&boot_cpu_tsc) != after);
	after = load_acquire(&boot_cpu_tsc);
	*low = MAX(*low, (int64_t)(before - mine));
	*high = MIN(*high, (int64_t)(after - mine));
}

static void tsc_compare(void)
{
	int64_t low = (int64_t)(load_acquire(&boot_cpu_tsc) - rdtsc_ordered()), high = INT64_MAX;

	/* A hypervisor keeps TSCs together, and may run few of our CPUs at a time: no conversations there without need. */
	if (low > 0 || !cpu_features.hypervisor)
		for (unsigned i = 0; i < ROUNDS; i++)
			offset_bounds(&low, &high);
	if (low <= 0 && high >= 0)
		return;
	this_cpu_write(tsc_offset, high == INT64_MAX ? low : low + (high - low) / 2);
	store_release(&tsc_disagrees, true);    /* pairs with clock_check_done() */
}

void clock_init_this(void)
{
	lapic_timer_init_this();
	if (clock_mode == CLOCK_PV) {
		pvclock_init_this();
		return;
	}
	tsc_compare();
	this_cpu_write(start_tsc, rdtsc_ordered() + this_cpu_read(tsc_offset));
}

void clock_check_done(void)
{
	if (clock_mode == CLOCK_PV)
		return;
	for_each_cpu(cpu) {
		/* Another CPU's: it wrote both before it came online. One that is ahead started in our future. */
		int64_t ahead = (int64_t)(*cpu_ptr(start_tsc, cpu) - rdtsc_ordered());

		if (!cpu || ahead <= 0)
			continue;
		*cpu_ptr(tsc_offset, cpu) -= ahead;
		store_relaxed(&tsc_disagrees, true);
	}
	if (!load_acquire(&tsc_disagrees))      /* pairs with tsc_compare() */
		return;
	store_relaxed(&last_ticks, rdtsc_ordered());    /* relaxed: nobody looks before the mode changes */
	store_release(&clock_mode, CLOCK_TSC_ADJUSTED);
	klog(KLOG_WARN, "clock: the CPUs' TSCs disagree, adjusted\n");
}
