/*
 * cpuinfo.c - one stanza of /proc/cpuinfo, as Linux words it.
 *
 * CPUID is asked on whatever CPU runs; all are taken to be alike, and only the
 * topology numbers come from the CPU's APIC id. Context: task.
 */
#include "arch_priv.h"
#include <arch/topology.h>
#include <arch/timer.h>
#include <lib/printf.h>
#include <lib/string.h>

/* One register of a CPUID leaf and Linux's names of its bits; "-" has none, or is never shown. */
struct flag_word {
	uint32_t leaf, subleaf;
	uint8_t reg;                            /* index into struct cpuid */
	const char *names;
};
enum { EAX, EBX, ECX, EDX };

static const struct flag_word flag_words[] = {
	{ 1, 0, EDX, "fpu vme de pse tsc msr pae mce cx8 apic - sep mtrr pge mca cmov pat pse36 pn clflush - dts acpi mmx "
		"fxsr sse sse2 ss ht tm ia64 pbe" },
	{ 0x80000001, 0, EDX, "- - - - - - - - - - - syscall - - - - - - - mp nx - mmxext - - fxsr_opt pdpe1gb rdtscp - lm "
		"3dnowext 3dnow" },
	{ 1, 0, ECX, "pni pclmulqdq dtes64 monitor ds_cpl vmx smx est tm2 ssse3 cid sdbg fma cx16 xtpr pdcm - pcid dca sse4_1 "
		"sse4_2 x2apic movbe popcnt tsc_deadline_timer aes xsave - avx f16c rdrand hypervisor" },
	{ 0x80000001, 0, ECX, "lahf_lm cmp_legacy svm extapic cr8_legacy abm sse4a misalignsse 3dnowprefetch osvw ibs xop skinit "
		"wdt - lwp fma4 tce - nodeid_msr - tbm topoext perfctr_core perfctr_nb - bpext ptsc perfctr_llc mwaitx - -" },
	{ 7, 0, EBX, "fsgsbase tsc_adjust sgx bmi1 hle avx2 - smep bmi2 erms invpcid rtm cqm - mpx rdt_a avx512f avx512dq rdseed "
		"adx smap avx512ifma - clflushopt clwb intel_pt avx512pf avx512er avx512cd sha_ni avx512bw avx512vl" },
	{ 0xd, 1, EAX, "xsaveopt xsavec xgetbv1 xsaves - - - - - - - - - - - - - - - - - - - - - - - - - - - -" },
	{ 7, 1, EAX, "- - - - avx_vnni avx512_bf16 - cmpccxadd - - - - - - - - - - - - - - - - - - - - - - - -" },
	{ 0x80000008, 0, EBX, "clzero irperf xsaveerptr - rdpru - - - - wbnoinvd - - - - - - - - - - - - - - - - - - - - - -" },
	{ 7, 0, ECX, "- avx512vbmi umip pku ospke waitpkg avx512_vbmi2 - gfni vaes vpclmulqdq avx512_vnni avx512_bitalg tme "
		"avx512_vpopcntdq - la57 - - - - - rdpid - bus_lock_detect cldemote - movdiri movdir64b enqcmd - -" },
	{ 7, 0, EDX, "- - avx512_4vnniw avx512_4fmaps fsrm - - - avx512_vp2intersect - md_clear - - - serialize - tsxldtrk - "
		"pconfig arch_lbr ibt - amx_bf16 avx512_fp16 amx_tile amx_int8 - - flush_l1d arch_capabilities - -" },
};

struct text { char *buf; size_t size, len; };

static void put(struct text *t, const char *fmt, ...) __printf(2, 3);
static void put(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->buf + t->len, t->size - t->len, fmt, ap);
	va_end(ap);
	t->len += MIN((size_t)n, t->size - t->len ? t->size - t->len - 1 : 0);
}

static bool leaf_exists(uint32_t leaf) { return cpuid(leaf & 0x80000000, 0).eax >= leaf; }

static void put_flag_word(struct text *t, const struct flag_word *w)
{
	struct cpuid r;
	uint32_t bits;
	const char *s = w->names;

	if (!leaf_exists(w->leaf))
		return;
	r = cpuid(w->leaf, w->subleaf);
	bits = (&r.eax)[w->reg];
	for (; *s; bits >>= 1) {
		size_t n = 0;

		while (s[n] && s[n] != ' ')
			n++;
		if ((bits & 1) && *s != '-')
			put(t, " %.*s", (int)n, s);
		s += n;
		while (*s == ' ')
			s++;
	}
}

static void put_flags(struct text *t)
{
	put(t, "flags\t\t:");
	for (unsigned i = 0; i < ARRAY_SIZE(flag_words); i++) {
		put_flag_word(t, &flag_words[i]);
		if (i != 1)
			continue;
		/* Linux's own words stand here, between the leaves. */
		put(t, "%s rep_good nopl%s%s cpuid", cpu_features.tsc_invariant ? " constant_tsc" : "",
		    leaf_exists(0xb) ? " xtopology" : "", cpu_features.tsc_invariant ? " nonstop_tsc" : "");
	}
	put(t, "\n");
}

/* ---- topology: fields of the APIC id ---- */

struct topology { unsigned smt_bits, package_bits; };

static struct topology topology_read(void)
{
	struct topology top = { 0, 0 };
	struct cpuid r;

	if (leaf_exists(0xb) && cpuid(0xb, 0).ebx) {
		top.smt_bits = cpuid(0xb, 0).eax & 31;
		top.package_bits = cpuid(0xb, 1).eax & 31;
		if (top.package_bits < top.smt_bits)
			top.package_bits = top.smt_bits;
		return top;
	}
	r = cpuid(1, 0);
	if (r.edx >> 28 & 1)                    /* logical processors per package, rounded up to a power of two */
		while (1u << top.package_bits < (r.ebx >> 16 & 0xff))
			top.package_bits++;
	return top;
}

/* CPUs of the same package; and of them, those that are first in their core. */
static void count_siblings(struct topology top, uint32_t id, unsigned *siblings, unsigned *cores)
{
	*siblings = *cores = 0;
	for_each_cpu(cpu) {
		uint32_t other = cpu_apic_id(cpu);

		if (other >> top.package_bits != id >> top.package_bits)
			continue;
		++*siblings;
		*cores += !(other & ((1u << top.smt_bits) - 1));
	}
	if (!*cores)
		*cores = 1;
}

void cpu_place_read(unsigned cpu, struct cpu_place *out)
{
	struct topology top = topology_read();
	uint32_t id = cpu_apic_id(cpu);

	*out = (struct cpu_place){ id >> top.package_bits, (id & ((1u << top.package_bits) - 1)) >> top.smt_bits, top.smt_bits, top.package_bits };
}

bool cpu_shares(unsigned a, unsigned b, unsigned bits) { return (uint64_t)cpu_apic_id(a) >> bits == (uint64_t)cpu_apic_id(b) >> bits; }

static const char *const cache_types[4] = { "Null", "Data", "Instruction", "Unified" };

/* Leaf 4 of Intel's, 0x8000001d of AMD's: one cache each, in the same form. */
static bool cache_from_leaf(uint32_t leaf, unsigned index, struct cpu_cache *c)
{
	struct cpuid r = cpuid(leaf, index);
	unsigned sharers = (r.eax >> 14 & 0xfff) + 1;

	if (!(r.eax & 31) || (r.eax & 31) > 3)
		return false;
	*c = (struct cpu_cache){ .level = r.eax >> 5 & 7, .line = (r.ebx & 0xfff) + 1, .ways = (r.ebx >> 22) + 1, .sets = r.ecx + 1,
				 .type = cache_types[r.eax & 31] };
	c->kib = (unsigned)((uint64_t)c->ways * ((r.ebx >> 12 & 0x3ff) + 1) * c->line * c->sets >> 10);
	while (1u << c->share_bits < sharers)
		c->share_bits++;
	return true;
}

/* AMD's older leaves 0x80000005 and 0x80000006. */
static bool cache_from_amd(unsigned index, struct cpu_cache *c)
{
	static const uint8_t ways[16] = { 0, 1, 2, 3, 4, 6, 8, 0, 16, 0, 32, 48, 64, 96, 128, 0 };
	uint32_t l1 = index == 0 ? cpuid(0x80000005, 0).ecx : cpuid(0x80000005, 0).edx;
	struct cpuid l23 = cpuid(0x80000006, 0);
	struct topology top = topology_read();

	switch (index) {
	case 0: case 1:
		*c = (struct cpu_cache){ 1, l1 >> 24, l1 & 0xff, l1 >> 16 & 0xff, 0, top.smt_bits, cache_types[index + 1] };
		break;
	case 2:
		*c = (struct cpu_cache){ 2, l23.ecx >> 16, l23.ecx & 0xff, ways[l23.ecx >> 12 & 15], 0, top.smt_bits, cache_types[3] };
		break;
	case 3:
		*c = (struct cpu_cache){ 3, (l23.edx >> 18) * 512, l23.edx & 0xff, ways[l23.edx >> 12 & 15], 0, top.package_bits, cache_types[3] };
		break;
	default:
		return false;
	}
	if (!c->kib || !c->line || !c->ways)
		return false;
	c->sets = c->kib * 1024 / c->line / c->ways;
	return true;
}

bool cpu_cache_read(unsigned index, struct cpu_cache *out)
{
	if (strcmp(cpu_features.vendor, "AuthenticAMD"))
		return leaf_exists(4) && cache_from_leaf(4, index, out);
	if (leaf_exists(0x8000001d) && (cpuid(0x80000001, 0).ecx >> 22 & 1))
		return cache_from_leaf(0x8000001d, index, out);
	return leaf_exists(0x80000006) && cache_from_amd(index, out);
}

static void put_topology(struct text *t, unsigned cpu)
{
	struct topology top = topology_read();
	uint32_t id = cpu_apic_id(cpu);
	unsigned siblings, cores;

	count_siblings(top, id, &siblings, &cores);
	put(t, "physical id\t: %u\nsiblings\t: %u\ncore id\t\t: %u\ncpu cores\t: %u\n", id >> top.package_bits, siblings,
	    (id & ((1u << top.package_bits) - 1)) >> top.smt_bits, cores);
	put(t, "apicid\t\t: %u\ninitial apicid\t: %u\n", id, id);
}

/* KiB: the largest cache of Intel's leaf, the second level of AMD's. */
static unsigned cache_kib(void)
{
	unsigned best = 0;

	if (!strcmp(cpu_features.vendor, "GenuineIntel") && leaf_exists(4)) {
		for (unsigned i = 0; i < 8; i++) {
			struct cpuid r = cpuid(4, i);
			uint64_t size = (uint64_t)((r.ebx >> 22) + 1) * ((r.ebx >> 12 & 0x3ff) + 1) * ((r.ebx & 0xfff) + 1) * (r.ecx + 1ull);

			if (!(r.eax & 31))
				break;
			best = MAX(best, (unsigned)(size >> 10));
		}
		return best;
	}
	return leaf_exists(0x80000006) ? cpuid(0x80000006, 0).ecx >> 16 : 0;
}

static unsigned clflush_bytes(void) { return (cpuid(1, 0).ebx >> 8 & 0xff) * 8; }
static unsigned virt_bits(void) { return leaf_exists(0x80000008) ? cpuid(0x80000008, 0).eax >> 8 & 0xff : 48; }

size_t cpu_describe(unsigned cpu, char *buf, size_t size)
{
	const struct cpu_features *f = &cpu_features;
	uint64_t khz = arch_clock_khz();
	struct text t = { buf, size, 0 };

	put(&t, "processor\t: %u\nvendor_id\t: %s\ncpu family\t: %u\nmodel\t\t: %u\nmodel name\t: %s\nstepping\t: %u\n",
	    cpu, f->vendor, f->family, f->model, f->model_name[0] ? f->model_name : "unknown", f->stepping);
	put(&t, "cpu MHz\t\t: %lu.%03lu\n", khz / 1000, khz % 1000);
	if (cache_kib())
		put(&t, "cache size\t: %u KB\n", cache_kib());
	put_topology(&t, cpu);
	put(&t, "fpu\t\t: yes\nfpu_exception\t: yes\ncpuid level\t: %u\nwp\t\t: yes\n", cpuid(0, 0).eax);
	put_flags(&t);
	put(&t, "bugs\t\t:\nbogomips\t: %lu.%02lu\n", khz / 500, khz / 5 % 100);
	put(&t, "clflush size\t: %u\ncache_alignment\t: %u\n", clflush_bytes() ? clflush_bytes() : 64,
	    clflush_bytes() ? clflush_bytes() : 64);
	put(&t, "address sizes\t: %u bits physical, %u bits virtual\npower management:\n\n", f->phys_bits, virt_bits());
	return t.len;
}
