/*
 * pvclock.c - KVM's clock: the host tells how to turn the TSC into nanoseconds.
 *
 * Where the host vouches for a stable TSC, all that is taken from it is the
 * rate. Else every CPU has a record that the host rewrites whenever its TSC
 * moves; a version, odd while written, guards it.
 */
#include "arch_priv.h"
#include <asm/kvm_para.h>
#include <base/atomic.h>
#include <mm/page.h>

struct pvclock_record {
	uint32_t version, pad0;
	uint64_t tsc_timestamp, system_time_ns;
	uint32_t tsc_to_ns_mul;
	int8_t tsc_shift;
	uint8_t flags, pad[2];
};
static_assert(sizeof(struct pvclock_record) == 32, "KVM ABI");
#define PVCLOCK_TSC_STABLE 1u
#define ENABLE 1ul

struct wall_record { uint32_t version, sec, nsec; };

DEFINE_PERCPU_ALIGNED(struct pvclock_record, pvclock_record);   /* host writes, own CPU reads */

static struct pvclock_record *record_this(void)
{
	return (struct pvclock_record *)(percpu_key_(pvclock_record) + this_cpu_read(percpu_base));
}

/* A consistent copy. The host writes only while this CPU is out of the guest, but may do so between two loads. */
static struct pvclock_record record_read(const struct pvclock_record *r)
{
	struct pvclock_record copy;
	uint32_t version;

	do {
		spin_until(!((version = load_acquire(&r->version)) & 1));
		copy = *(const volatile struct pvclock_record *)r;
		fence_acquire();
	} while (load_relaxed(&r->version) != version);
	return copy;
}

void pvclock_init_this(void) { wrmsr(MSR_KVM_SYSTEM_TIME_NEW, virt_to_phys(record_this()).v | ENABLE); }

uint64_t pvclock_ns(void)
{
	struct pvclock_record r = record_read(record_this());
	uint64_t delta = rdtsc_ordered() - r.tsc_timestamp;

	delta = r.tsc_shift >= 0 ? delta << r.tsc_shift : delta >> -r.tsc_shift;
	return r.system_time_ns + ((unsigned __int128)delta * r.tsc_to_ns_mul >> 32);
}

bool pvclock_init(uint64_t *khz, bool *stable)
{
	struct pvclock_record r;

	if (!cpu_features.kvm_clock)
		return false;
	pvclock_init_this();
	r = record_read(record_this());
	if (!r.tsc_to_ns_mul)
		return false;
	*khz = (1000000ull << 32) / r.tsc_to_ns_mul;
	*khz = r.tsc_shift >= 0 ? *khz >> r.tsc_shift : *khz << -r.tsc_shift;
	*stable = r.flags & PVCLOCK_TSC_STABLE;
	return true;
}

/* Seconds since 1970 now: the host's time when the guest began, and how long it has run. */
bool pvclock_wall_seconds(uint64_t *out)
{
	static struct wall_record wall __attribute__((aligned(16)));
	uint64_t ns;

	if (!cpu_features.kvm_clock)
		return false;
	wrmsr(MSR_KVM_WALL_CLOCK_NEW, (uintptr_t)&wall - 0xffffffff80000000ul);
	if (!load_acquire(&wall.version) || (wall.version & 1))
		return false;
	ns = pvclock_ns() + wall.nsec;
	*out = wall.sec + ns / 1000000000;
	return true;
}
