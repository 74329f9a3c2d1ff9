/*
 * memory.c - what lies in the guest's memory: the kernel's own record of a page.
 *
 * The plugin interface cannot read memory. QEMU is told to put all of it into one memfd, and a plugin
 * lives in QEMU: the mapping is found by its name. With the guest's CPUs running meanwhile what is read is a hint,
 * good enough to name a type.
 *
 *   "page WORD..."         the struct page (the head's, of a block), as words, in hexadecimal
 *   "cache SIZE NAME"      Linux: the slab cache that it belongs to
 *
 * Arguments, hexadecimal: root=PHYSICAL of the top page table, or rootat=PHYSICAL of a word that says it;
 * pages=VIRTUAL of the array of struct page; pagesize=BYTES of one, 20 (Percival) or 40 (Linux).
 */
#include "guest.h"

#define IMAGE  0xffffffff80000000ull            /* linked there, and loaded at the same offset from 0: both kernels */
#define DIRECT 0xffff888000000000ull            /* all memory, without random addresses: both kernels */
#define FRAME  0x000ffffffffff000ull
#define PRESENT 1u
#define LARGE  0x80u

enum { PERCIVAL_SLAB = 3 };                     /* enum page_kind of include/mm/page.h */
#define LINUX_SLAB 0xf5u                        /* PGTY_slab, in the top byte of page_type */

static struct { const char *base; uint64_t size; bool is_known; } ram;
static uint64_t root, root_at, pages, page_size;

static void ram_find(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned long from, to;
	char line[512];

	ram.is_known = true;
	while (maps && fgets(line, sizeof line, maps))
		if (strstr(line, "memfd:memory-backend-memfd") && sscanf(line, "%lx-%lx", &from, &to) == 2 && to - from > ram.size) {
			ram.base = (const char *)from;
			ram.size = to - from;
		}
	if (maps)
		fclose(maps);
}

static bool read_physical(uint64_t at, void *to, size_t n)
{
	if (at >= ram.size || n > ram.size - at)
		return false;
	memcpy(to, ram.base + at, n);
	return true;
}

static bool translate_address(uint64_t virtual, uint64_t *physical)
{
	uint64_t entry = root;

	if (!entry && (!root_at || !read_physical(root_at, &entry, sizeof entry)))
		return false;
	entry |= PRESENT;
	for (int shift = 39; shift >= 12; shift -= 9) {
		if (!read_physical((entry & FRAME) + (virtual >> shift & 511) * 8, &entry, sizeof entry) || !(entry & PRESENT))
			return false;
		if (shift == 12 || (shift < 39 && entry & LARGE)) {
			uint64_t inside = (1ull << shift) - 1;

			*physical = (entry & FRAME & ~inside) | (virtual & inside);
			return true;
		}
	}
	return false;
}

static bool read_virtual(uint64_t at, void *to, size_t n)
{
	uint64_t physical;

	if (at >= IMAGE)
		return read_physical(at - IMAGE, to, n);
	if (at >= DIRECT && at - DIRECT < ram.size)
		return read_physical(at - DIRECT, to, n);
	return (at & 4095) + n <= 4096 && translate_address(at, &physical) && read_physical(physical, to, n);
}

/* ---- records ---- */

/* A short word in the kernel's memory. */
static bool read_name(uint64_t at, char name[32])
{
	size_t n = 0;

	if (at < DIRECT || !read_virtual(at, name, 32))
		return false;
	name[31] = 0;
	while ((name[n] >= 'a' && name[n] <= 'z') || (name[n] >= 'A' && name[n] <= 'Z') || (name[n] >= '0' && name[n] <= '9') ||
	       (name[n] && strchr("_-.:", name[n])))
		n++;
	return n >= 3 && !name[n];
}

/* struct kmem_cache: the size is its fourth word's lower half; the name's place depends on the configuration. */
static void linux_cache_print(uint64_t cache)
{
	uint64_t words[32];
	char name[32];

	if (!read_virtual(cache, words, sizeof words))
		return;
	for (unsigned i = 8; i < 32; i++)
		if (read_name(words[i], name)) {
			fprintf(out, "cache %x %s\n", (unsigned)words[3], name);
			return;
		}
}

/* The struct page at `at`, or of the block that it is a part of. Its number, as the page tells. */
static void page_print(uint64_t at)
{
	uint64_t w[8], number = (at - pages) / page_size;

	if (!read_virtual(at, w, page_size))
		return;
	if (page_size == 64 && w[1] & 1) {
		at = w[1] - 1;
		number = (at - pages) / page_size;
		if (!read_virtual(at, w, page_size))
			return;
	}
	if (page_size == 32 && (w[0] >> 32 & 0xff) == PERCIVAL_SLAB) {
		number &= ~((1ull << (w[0] >> 40 & 0xff)) - 1);
		if (!read_virtual(pages + number * page_size, w, page_size))
			return;
	}
	fprintf(out, "page %lx", number);
	for (unsigned i = 0; i < page_size / 8; i++)
		fprintf(out, " %lx", w[i]);
	fputc('\n', out);
	if (page_size == 64 && (uint32_t)w[6] >> 24 == LINUX_SLAB)
		linux_cache_print(w[1]);
}

void memory_describe(uint64_t physical, uint64_t virtual)
{
	if (!page_size)
		return;
	if (!ram.is_known)
		ram_find();
	if (virtual >= pages && virtual < pages + (ram.size >> 12) * page_size)
		page_print(virtual - (virtual - pages) % page_size);
	else if (virtual < IMAGE)
		page_print(pages + (physical >> 12) * page_size);
}

bool memory_argument(const char *arg)
{
	if (sscanf(arg, "root=%lx", &root) == 1 || sscanf(arg, "rootat=%lx", &root_at) == 1 || sscanf(arg, "pages=%lx", &pages) == 1)
		return true;
	return sscanf(arg, "pagesize=%lx", &page_size) == 1 && (page_size == 32 || page_size == 64);
}
