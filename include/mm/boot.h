/*
 * boot.h - what the boot loader told, and memory before there is an allocator.
 *
 * boot_alloc() hands out zeroed physical memory below 4 GiB from the memory map,
 * never freed again individually; mm_init() gives the rest to the buddy.
 */
#pragma once
#include <base/compiler.h>

enum boot_mem_type { BOOT_MEM_RAM = 1, BOOT_MEM_RESERVED = 2, BOOT_MEM_ACPI = 3, BOOT_MEM_NVS = 4, BOOT_MEM_BAD = 5 };

struct boot_mem { uint64_t base, len; uint32_t type; };

#define BOOT_MEM_MAX 64                     /* entries kept of the firmware's map; more is reported */

struct boot_info {
	struct boot_mem mem[BOOT_MEM_MAX];
	unsigned nr_mem;
	char cmdline[2048];
	uint64_t initrd_base, initrd_len;       /* physical; len 0 = none        */
	uint64_t rsdp;                          /* physical; 0 = search          */
	uint64_t kernel_base, kernel_end;       /* physical, of the loaded image */
	const char *loader;                     /* "PVH" or "Multiboot2"         */
};
extern struct boot_info *boot_info;         /* const after bring-up */

void boot_mem_init(struct boot_info *info);                  /* reserve image, initrd, first page     */
void *boot_alloc(size_t size, size_t align);                 /* zeroed; panics without memory          */
/* Value of option `name=` in the command line, copied to buf; false when absent. "name" alone yields "". */
bool boot_option(const char *name, char *buf, size_t size);
