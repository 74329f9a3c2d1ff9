/*
 * vmalloc.h - virtually contiguous kernel memory, guard pages around every area; MMIO mappings.
 * Task context, may sleep (mutex); vfree() too. All mappings W^X and not executable.
 */
#pragma once
#include <mm/page.h>

void *vmalloc(size_t size, unsigned flags);           /* NULL without memory */
void vfree(void *p);
#define VMALLOC_OVERHEAD 48ul                          /* bytes that describe an area: they go with it */
/* Kernel stacks: size bytes, mapped, one unmapped guard page below. Returns the lowest usable address. */
void *vmalloc_stack(size_t size);
void *mmio_map(paddr_t base, size_t len);             /* uncached; bring-up or task context; NULL without space */
/* Physical address behind any mapped kernel address (stacks, vmalloc, image, direct map); false when unmapped. */
bool kernel_virt_to_phys(const void *v, paddr_t *out);
