/*
 * boot.c - what the boot loader tells, in one form for both protocols.
 *
 * Runs once, on the boot CPU, on the boot page tables: physical memory below
 * 4 GiB is readable at its address. The loader's structures may lie anywhere
 * in RAM and are not reserved, so all is copied into boot_info here; only the
 * initrd stays where it is.
 */
#include "arch_priv.h"
#include <arch/upcall.h>
#include <lib/string.h>
#include <trace/klog.h>

#define KERNEL_VMA 0xffffffff80000000ul

enum { BOOT_PVH = 1, BOOT_MULTIBOOT2 };     /* start.asm */

extern char __kernel_start[], __kernel_end[];

static struct boot_info info;
static unsigned nr_mem_dropped;

static const void *low_phys(uint64_t address) { return (const void *)address; }

static void mem_add(uint64_t base, uint64_t len, uint32_t type)
{
	if (!len)
		return;
	if (type < BOOT_MEM_RAM || type > BOOT_MEM_BAD)
		type = BOOT_MEM_RESERVED;
	if (info.nr_mem < BOOT_MEM_MAX)
		info.mem[info.nr_mem++] = (struct boot_mem){ base, len, type };
	else
		nr_mem_dropped++;
}

static void cmdline_set(const char *s)
{
	str_copy(info.cmdline, s, sizeof info.cmdline);     /* a longer one is cut: the kernel's own options come first */
}

/* ---- PVH: the Xen project's x86/HVM start info ---- */

#define PVH_MAGIC 0x336ec578u

struct pvh_start_info {
	uint32_t magic, version, flags, nr_modules;
	uint64_t modlist, cmdline, rsdp;
	uint64_t memmap;                        /* version 1 on */
	uint32_t memmap_entries, reserved;
};
struct pvh_module { uint64_t paddr, size, cmdline, reserved; };
struct pvh_memmap_entry { uint64_t addr, size; uint32_t type, reserved; };

static void pvh_parse(const struct pvh_start_info *p)
{
	const struct pvh_memmap_entry *m = low_phys(p->memmap);
	const struct pvh_module *mod = low_phys(p->modlist);

	info.loader = "PVH";
	if (p->magic != PVH_MAGIC || p->version < 1)
		panic("boot: PVH start info of an unknown form (magic %#x, version %u)", p->magic, p->version);
	for (uint32_t i = 0; i < p->memmap_entries; i++)
		mem_add(m[i].addr, m[i].size, m[i].type);
	if (p->nr_modules) {
		info.initrd_base = mod->paddr;
		info.initrd_len = mod->size;
	}
	if (p->cmdline)
		cmdline_set(low_phys(p->cmdline));
	info.rsdp = p->rsdp;
}

/* ---- Multiboot2 ---- */

enum { MB2_END = 0, MB2_CMDLINE = 1, MB2_MODULE = 3, MB2_MEMMAP = 6, MB2_RSDP_OLD = 14, MB2_RSDP_NEW = 15 };

struct mb2_tag { uint32_t type, size; };
struct mb2_module { struct mb2_tag tag; uint32_t start, end; };
struct mb2_memmap { struct mb2_tag tag; uint32_t entry_size, entry_version; };
struct mb2_memmap_entry { uint64_t addr, len; uint32_t type, reserved; };

static char rsdp_copy[36];                  /* Multiboot2 gives the RSDP itself, not its address */

static void mb2_memmap(const struct mb2_memmap *t)
{
	const char *e = (const char *)(t + 1), *end = (const char *)t + t->tag.size;

	for (; e + sizeof(struct mb2_memmap_entry) <= end && t->entry_size; e += t->entry_size) {
		const struct mb2_memmap_entry *m = (const void *)e;

		mem_add(m->addr, m->len, m->type);
	}
}

static void mb2_rsdp(const struct mb2_tag *t)
{
	memcpy(rsdp_copy, t + 1, MIN((size_t)t->size - sizeof *t, sizeof rsdp_copy));
	info.rsdp = (uintptr_t)rsdp_copy - KERNEL_VMA;
}

static void mb2_parse(const char *start)
{
	const struct mb2_tag *t = (const void *)(start + 8);

	info.loader = "Multiboot2";
	for (; t->type != MB2_END; t = (const void *)((const char *)t + ALIGN_UP(t->size, 8u))) {
		const struct mb2_module *m = (const void *)t;

		if (t->size < sizeof *t)
			panic("boot: Multiboot2 information is damaged (tag %u of %u bytes)", t->type, t->size);
		switch (t->type) {
		case MB2_CMDLINE:
			cmdline_set((const char *)(t + 1));
			break;
		case MB2_MODULE:
			if (!info.initrd_len) {
				info.initrd_base = m->start;
				info.initrd_len = m->end - m->start;
			}
			break;
		case MB2_MEMMAP:
			mb2_memmap((const void *)t);
			break;
		case MB2_RSDP_OLD:
			if (!info.rsdp)
				mb2_rsdp(t);
			break;
		case MB2_RSDP_NEW:
			mb2_rsdp(t);
			break;
		}
	}
}

/* The first C function: start.asm calls it on the boot stack. */
void boot_entry(unsigned protocol, uint32_t loader_info)
{
	idt_init_early();
	cpu_detect();
	info.kernel_base = (uintptr_t)__kernel_start - KERNEL_VMA;
	info.kernel_end = (uintptr_t)__kernel_end - KERNEL_VMA;
	if (protocol == BOOT_PVH)
		pvh_parse(low_phys(loader_info));
	else
		mb2_parse(low_phys(loader_info));
	if (nr_mem_dropped)
		klog(KLOG_WARN, "boot: memory map too long, %u entries ignored\n", nr_mem_dropped);
	kernel_main(&info);
}
