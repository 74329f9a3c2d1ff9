/*
 * paging.c - the kernel's page tables.
 *
 * Invariants:
 *   I1  the top-level entries of the kernel half are all made by paging_init();
 *       a space's root copies them once, and never differs from them
 *   I2  no kernel mapping is writable and executable (W^X); in the direct map
 *       the kernel's text and constants are read-only, too
 *   I3  a frame is mapped cached only where firmware reports RAM or ACPI tables
 * Locks: none here; kernel_map()/kernel_unmap() callers hold vmalloc's mutex or
 * run alone during bring-up. Context: bring-up, then task context.
 */
#include <arch/paging.h>
#include <arch/cpu.h>
#include <arch/io.h>
#include <arch/irq.h>
#include <arch/tlb.h>
#include <base/err.h>
#include <lib/string.h>
#include <mm/page.h>
#include <mm/space.h>
#include <trace/klog.h>

extern char __text_start[], __text_end[], __rodata_start[], __rodata_end[];
extern char __data_start[], __kernel_end[];
extern char __ro_after_init_start[], __ro_after_init_end[];

#define DIRECT_MAP_FIRST 0xffff888000000000ul
#define DIRECT_MAP_SLOTS 16384              /* GiB of room for the random base          */
#define GIB              (1ul << 30)
#define KERNEL_HALF      256                /* first top-level index of the kernel half */
#define ROOT_SLOTS_MAX   32                 /* top-level entries in use                 */

#define MSR_EFER 0xc0000080u
#define EFER_NXE (1ul << 11)
#define CR0_WP   (1ul << 16)
#define CR4_PGE  (1ul << 7)
#define CR4_PCIDE (1ul << 17)

uintptr_t direct_map_base __ro_after_init;
pte_t pte_kernel_rw __ro_after_init, pte_kernel_ro __ro_after_init, pte_kernel_mmio __ro_after_init;
pte_t pte_nx __ro_after_init;
static uint64_t *kernel_root __ro_after_init;
static paddr_t kernel_root_pa __ro_after_init;
static uint16_t root_slots[ROOT_SLOTS_MAX] __ro_after_init;
static unsigned nr_root_slots __ro_after_init;
static paddr_t trampoline_tables[3];        /* root, level 3, level 2 */

/* ---- entries ---- */

static paddr_t table_alloc(void)
{
	if (mm_is_up) {
		struct page *p = page_alloc(0, ALLOC_ZERO, PAGE_TABLE);

		return p ? pfn_to_paddr(page_to_pfn(p)) : PADDR(0);
	}
	return virt_to_phys(boot_alloc(PAGE_SIZE, PAGE_SIZE));
}

/* The entry of va at `level`, making tables on the way; NULL without memory. */
static pte_t *entry_make(vaddr_t va, unsigned level)
{
	uint64_t *table = kernel_root;

	for (unsigned l = 4; l > level; l--) {
		pte_t *e = &table[table_index(va, l)];

		if (!(*e & PTE_P)) {
			paddr_t t = table_alloc();

			if (!t.v)
				return NULL;
			store_release(e, t.v | PTE_P | PTE_W | PTE_A);   /* pairs with the page walker: the table is zeroed */
		}
		bug_on(*e & PTE_PS);
		table = phys_to_virt(pte_to_paddr(*e));
	}
	return &table[table_index(va, level)];
}

/* The leaf entry of va and its level, or NULL. */
static pte_t *entry_find(vaddr_t va, unsigned *level)
{
	uint64_t *table = kernel_root;

	for (unsigned l = 4;; l--) {
		pte_t *e = &table[table_index(va, l)];

		if (!(*e & PTE_P))
			return NULL;
		if (l == 1 || (*e & PTE_PS)) {
			*level = l;
			return e;
		}
		table = phys_to_virt(pte_to_paddr(*e));
	}
}

static int entry_set(vaddr_t va, paddr_t pa, pte_t bits, unsigned level)
{
	pte_t *e = entry_make(va, level);

	if (!e)
		return -ENOMEM;
	store_relaxed(e, pa.v | bits | (level > 1 ? PTE_PS : 0));   /* relaxed: one store, whole entry */
	return 0;
}

int kernel_map(vaddr_t va, paddr_t pa, pte_t bits) { return entry_set(va, pa, bits, 1); }
int kernel_map_huge(vaddr_t va, paddr_t pa, pte_t bits) { return entry_set(va, pa, bits, 2); }

pte_t kernel_unmap(vaddr_t va)
{
	unsigned level;
	pte_t *e = entry_find(va, &level), old;

	if (!e)
		return 0;
	bug_on(level != 1);
	old = *e;
	store_relaxed(e, 0);                    /* relaxed: the caller's flush orders it */
	return old;
}

bool kernel_translate(const void *va, paddr_t *out)
{
	unsigned level;
	pte_t *e = entry_find((vaddr_t)va, &level);
	uint64_t mask;

	if (!e)
		return false;
	mask = (1ul << level_shift(level)) - 1;
	*out = PADDR((*e & PTE_ADDR & ~mask) | ((vaddr_t)va & mask));
	return true;
}

/* ---- roots of address spaces ---- */

void paging_root_init(uint64_t *root)
{
	for (unsigned i = 0; i < nr_root_slots; i++)
		root[root_slots[i]] = kernel_root[root_slots[i]];
}

void paging_root_fini(uint64_t *root)
{
	for (unsigned i = 0; i < nr_root_slots; i++)
		root[root_slots[i]] = 0;
}

/* ---- bring-up ---- */

/* Map [va, va + len) onto pa with the largest pages that fit, up to max_level. */
static void map_range(vaddr_t va, paddr_t pa, uint64_t len, pte_t bits, unsigned max_level)
{
	while (len) {
		unsigned level = max_level;
		uint64_t size;

		while (level > 1 && (((va | pa.v) & ((1ul << level_shift(level)) - 1)) || len < 1ul << level_shift(level)))
			level--;
		size = 1ul << level_shift(level);
		if (entry_set(va, pa, bits, level))
			panic("paging: no memory for the kernel's page tables");
		va += size, pa.v += size, len -= size;
	}
}

/* Map physical [from, to) in the direct map; the kernel's text and constants read-only. */
static void map_direct(uintptr_t base, uint64_t from, uint64_t to, unsigned max_level)
{
	uint64_t ro_from = (uintptr_t)__text_start - KERNEL_IMAGE_BASE;
	uint64_t ro_to = ALIGN_UP((uintptr_t)__rodata_end - KERNEL_IMAGE_BASE, PAGE_SIZE);

	while (from < to) {
		uint64_t end = to;
		pte_t bits = pte_kernel_rw;

		if (from < ro_from) {
			end = MIN(to, ro_from);
		} else if (from < ro_to) {
			end = MIN(to, ro_to);
			bits = pte_kernel_ro;
		}
		map_range(base + from, PADDR(from), end - from, bits, max_level);
		from = end;
	}
}

static void map_image(const char *from, const char *to, pte_t bits)
{
	uintptr_t va = ALIGN_DOWN((uintptr_t)from, PAGE_SIZE), end = ALIGN_UP((uintptr_t)to, PAGE_SIZE);

	map_range(va, PADDR(va - KERNEL_IMAGE_BASE), end - va, bits, 1);
}

/* A random multiple of 1 GiB, unless `nokaslr`. */
static uintptr_t direct_map_choose(void)
{
	char none[8];
	uint64_t r;

	if (boot_option("nokaslr", none, sizeof none))
		return DIRECT_MAP_FIRST;
	if (!cpu_random_u64(&r)) {
		uint32_t lo, hi;

		__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
		r = ((uint64_t)hi << 32 | lo) * 0x9e3779b97f4a7c15ull >> 32;
	}
	return DIRECT_MAP_FIRST + r % DIRECT_MAP_SLOTS * GIB;
}

/* Make the top-level entry that covers va, so that no space ever misses it (I1). */
static void root_reserve(vaddr_t va)
{
	if (!entry_make(va, 3))
		panic("paging: no memory for the kernel's page tables");
}

static void root_slots_collect(void)
{
	for (unsigned i = KERNEL_HALF; i < TABLE_ENTRIES; i++) {
		if (!kernel_root[i])
			continue;
		bug_on(nr_root_slots == ROOT_SLOTS_MAX);
		root_slots[nr_root_slots++] = i;
	}
}

static void trampoline_build(void)
{
	uint64_t *root = boot_alloc(PAGE_SIZE, PAGE_SIZE);
	uint64_t *l3 = boot_alloc(PAGE_SIZE, PAGE_SIZE), *l2 = boot_alloc(PAGE_SIZE, PAGE_SIZE);

	trampoline_tables[0] = virt_to_phys(root);
	trampoline_tables[1] = virt_to_phys(l3);
	trampoline_tables[2] = virt_to_phys(l2);
	paging_root_init(root);
	root[0] = trampoline_tables[1].v | PTE_P | PTE_W | PTE_A;
	l3[0] = trampoline_tables[2].v | PTE_P | PTE_W | PTE_A;
	l2[0] = PTE_P | PTE_W | PTE_A | PTE_D | PTE_PS;
}

static void efer_enable_nx(void)
{
	uint32_t lo, hi;

	if (!cpu_features.nx)
		return;
	__asm__ volatile("rdmsr" : "=a"(lo), "=d"(hi) : "c"(MSR_EFER));
	__asm__ volatile("wrmsr" :: "a"(lo | (uint32_t)EFER_NXE), "d"(hi), "c"(MSR_EFER));
}

static void control_bits_set(void)
{
	uint64_t cr0, cr4;

	__asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
	__asm__ volatile("mov %0, %%cr0" :: "r"(cr0 | CR0_WP) : "memory");
	__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
	if (cpu_features.pge)
		cr4 |= CR4_PGE;
	if (cpu_features.pcid)
		cr4 |= CR4_PCIDE;               /* allowed now: CR3's low bits are zero */
	__asm__ volatile("mov %0, %%cr4" :: "r"(cr4) : "memory");
}

static void root_load(void)
{
	__asm__ volatile("mov %0, %%cr3" :: "r"(kernel_root_pa.v) : "memory");
}

static void entry_bits_choose(void)
{
	pte_t g = cpu_features.pge ? PTE_G : 0;

	pte_nx = cpu_features.nx ? PTE_NX : 0;
	pte_kernel_rw = PTE_P | PTE_W | PTE_A | PTE_D | g | pte_nx;
	pte_kernel_ro = PTE_P | PTE_A | g | pte_nx;
	pte_kernel_mmio = pte_kernel_rw | PTE_PCD | PTE_PWT;
}

void paging_init(struct boot_info *info)
{
	uintptr_t base;
	unsigned big = cpu_features.page_1g ? 3 : 2;

	entry_bits_choose();
	efer_enable_nx();
	kernel_root = boot_alloc(PAGE_SIZE, PAGE_SIZE);
	kernel_root_pa = virt_to_phys(kernel_root);
	base = direct_map_choose();

	for (unsigned i = 0; i < info->nr_mem; i++) {
		struct boot_mem *m = &info->mem[i];

		if (m->type == BOOT_MEM_RAM)
			map_direct(base, m->base, m->base + m->len, big);
		else if (m->type == BOOT_MEM_ACPI || m->type == BOOT_MEM_NVS)
			map_direct(base, ALIGN_DOWN(m->base, PAGE_SIZE), ALIGN_UP(m->base + m->len, PAGE_SIZE), 1);
	}
	map_image(__text_start, __text_end, (pte_kernel_ro & ~PTE_NX));
	map_image(__rodata_start, __rodata_end, pte_kernel_ro);
	map_image(__data_start, __kernel_end, pte_kernel_rw);
	root_reserve(VMALLOC_BASE);
	root_reserve(VMEMMAP_BASE);
	root_slots_collect();
	trampoline_build();

	root_load();
	direct_map_base = base;
	kernel_root = phys_to_virt(kernel_root_pa);
	control_bits_set();
	space_init_kernel(kernel_root, kernel_root_pa);
}

void paging_init_cpu(void)
{
	efer_enable_nx();
	root_load();
	control_bits_set();
	tlb_load(&kernel_space);
}

uint32_t paging_trampoline_cr3(void) { return (uint32_t)trampoline_tables[0].v; }

void paging_seal(void)
{
	vaddr_t from = ALIGN_UP((vaddr_t)__ro_after_init_start, PAGE_SIZE);
	vaddr_t to = ALIGN_DOWN((vaddr_t)__ro_after_init_end, PAGE_SIZE);

	for (unsigned i = 0; i < 3; i++)
		mm_free_range(trampoline_tables[i], PADDR(trampoline_tables[i].v + PAGE_SIZE));
	for (vaddr_t va = from; va < to; va += PAGE_SIZE) {
		unsigned level;
		pte_t *e = entry_find(va, &level);

		store_relaxed(e, *e & ~(PTE_W | PTE_D));   /* relaxed: the flush orders it */
	}
	if (from < to)
		tlb_flush_kernel(from, to);
}
