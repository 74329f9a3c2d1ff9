/*
 * paging.h - the kernel's page tables and the format of their entries.
 *
 * Virtual layout (top-level entries are made once by paging_init(), so that an
 * address space copies the kernel half when it is born and never again):
 *
 *   0000000000000000 .. 00007fffffffffff   user
 *   ffff888000000000 + n GiB               direct map of RAM and ACPI tables, n random
 *   ffffc90000000000 .. +512 GiB           vmalloc, kernel stacks, MMIO
 *   ffffea0000000000 .. +512 GiB           vmemmap (struct page)
 *   ffffffff80000000 .. ffffffffffffffff   kernel image
 *
 * Entry format and level arithmetic are in <asm/pte.h>: bits, and inline
 * functions without state. What the rest of mm may use from there: pte_t,
 * the PTE_* names, pte_to_paddr(), pte_make(), table_index().
 */
#pragma once
#include <asm/pte.h>
#include <mm/boot.h>

#define VMALLOC_BASE   0xffffc90000000000ul
#define VMALLOC_SIZE   (512ul << 30)
#define VMEMMAP_BASE   0xffffea0000000000ul
#define VMEMMAP_SIZE   (512ul << 30)
#define KERNEL_IMAGE_BASE 0xffffffff80000000ul   /* virtual address of physical 0 in the image mapping */

/*
 * Boot CPU, interrupts off, identity map of the first 4 GiB active, after
 * boot_mem_init() and CPU detection. Builds the final tables, loads them and
 * sets direct_map_base; the identity map is gone afterwards: a pointer into
 * memory from boot_alloc() must be re-based with phys_to_virt().
 */
void paging_init(struct boot_info *info);
/* Every other CPU, early, on any tables that map the kernel half: control bits and the kernel's own root. */
void paging_init_cpu(void);
/* Root for starting CPUs: the kernel half plus an executable identity map of the first 2 MiB. Below 4 GiB. */
uint32_t paging_trampoline_cr3(void);
/* End of bring-up: .data.ro_after_init becomes read-only, the trampoline's tables go. No CPU may start later. */
void paging_seal(void);

/*
 * Map one kernel page (4 KiB). Tables come from boot memory before mm_init(),
 * from the page allocator later. 0 or -ENOMEM. Callers exclude each other for
 * the same 2 MiB; entries of different callers never share a table lock-free,
 * so vmalloc holds its mutex. `bits` are PTE_* without the frame.
 */
__must_check int kernel_map(vaddr_t va, paddr_t pa, pte_t bits);
/* As above, 2 MiB; va and pa aligned. Bring-up only. */
__must_check int kernel_map_huge(vaddr_t va, paddr_t pa, pte_t bits);
/* Remove the entry and return it (0: nothing there). The caller flushes. */
pte_t kernel_unmap(vaddr_t va);
/* Physical address behind any mapped kernel address; false when it is not mapped. */
bool kernel_translate(const void *va, paddr_t *out);

/* Entry bits of kernel data: writable, not executable, global where possible. Constant after paging_init(). */
extern pte_t pte_kernel_rw, pte_kernel_ro, pte_kernel_mmio;
extern pte_t pte_nx;                        /* PTE_NX, or 0 on a CPU without it */
/* Copy the kernel's top-level entries into a new, zeroed root; and clear them again, leaving it zeroed. */
void paging_root_init(uint64_t *root);
void paging_root_fini(uint64_t *root);
