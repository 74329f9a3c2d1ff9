/*
 * topology.h - where a CPU stands: package, core, thread; and its caches, as the boot CPU tells of them.
 */
#pragma once
#include <arch/cpu.h>

/* thread_bits, package_bits: low bits of the APIC id that tell apart the threads of a core, the CPUs of a package. */
struct cpu_place { unsigned package, core, thread_bits, package_bits; };
void cpu_place_read(unsigned cpu, struct cpu_place *out);
/* Do the APIC ids of two CPUs agree above so many bits? */
bool cpu_shares(unsigned a, unsigned b, unsigned bits);

struct cpu_cache { unsigned level, kib, line, ways, sets, share_bits; const char *type; };
/* The cache of that index, as Linux numbers them; false past the last. */
bool cpu_cache_read(unsigned index, struct cpu_cache *out);
