/*
 * boot.c - memory before there is an allocator, and the command line.
 *
 * free[] holds the RAM that nobody has: sorted, disjoint, page aligned. The
 * first MiB, the kernel image and the initrd are cut out at the start;
 * boot_alloc() cuts from the lowest range that fits. Below 4 GiB only while
 * the boot loader's identity map is active (direct_map_base is 0).
 * Context: bring-up, boot CPU alone.
 */
#include <mm/boot.h>
#include <mm/page.h>
#include <lib/string.h>
#include <trace/klog.h>
#include "mm_priv.h"

#define FOUR_GIB  (4ul << 30)
#define FIRST_MIB (1ul << 20)
#define WORKING_SET (6ul << 20)             /* per-CPU areas, stacks, caches and the first programs */

struct boot_info *boot_info __ro_after_init;
static struct mem_range free_ranges[BOOT_MEM_MAX * 2 + 8];
static unsigned nr_free;

/* ---- ranges ---- */

static void range_delete(unsigned i)
{
	nr_free--;
	for (; i < nr_free; i++)
		free_ranges[i] = free_ranges[i + 1];
}

static void range_insert(unsigned i, uint64_t from, uint64_t to)
{
	if (nr_free == ARRAY_SIZE(free_ranges)) {
		klog(KLOG_WARN, "mm: too many memory ranges, %lu KiB ignored\n", (to - from) >> 10);
		return;
	}
	for (unsigned k = nr_free++; k > i; k--)
		free_ranges[k] = free_ranges[k - 1];
	free_ranges[i] = (struct mem_range){ from, to };
}

/* Take [from, to) out of whatever is free, widened to whole pages. */
static void range_cut(uint64_t from, uint64_t to)
{
	from = ALIGN_DOWN(from, PAGE_SIZE);
	to = ALIGN_UP(to, PAGE_SIZE);
	for (unsigned i = 0; i < nr_free;) {
		struct mem_range r = free_ranges[i];

		if (to <= r.from || from >= r.to) {
			i++;
			continue;
		}
		range_delete(i);
		if (r.from < from)
			range_insert(i++, r.from, from);
		if (to < r.to)
			range_insert(i++, to, r.to);
	}
}

/* ---- the firmware's map ---- */

static void map_sort(struct boot_info *info)
{
	for (unsigned i = 1; i < info->nr_mem; i++) {
		struct boot_mem m = info->mem[i];
		unsigned k = i;

		for (; k && info->mem[k - 1].base > m.base; k--)
			info->mem[k] = info->mem[k - 1];
		info->mem[k] = m;
	}
}

/*
 * Rewrite info->mem: RAM first as disjoint whole pages, neighbours joined, parts that another type
 * claims left out; then the rest as it came. Fills free_ranges with the same RAM.
 */
static void map_clean(struct boot_info *info)
{
	struct boot_mem others[BOOT_MEM_MAX];
	unsigned nr_others = 0, n = 0;

	map_sort(info);
	for (unsigned i = 0; i < info->nr_mem; i++) {
		struct boot_mem *m = &info->mem[i];
		uint64_t from = ALIGN_UP(m->base, PAGE_SIZE), to = ALIGN_DOWN(m->base + m->len, PAGE_SIZE);

		if (m->type != BOOT_MEM_RAM) {
			others[nr_others++] = *m;
			continue;
		}
		if (nr_free && from <= free_ranges[nr_free - 1].to)
			free_ranges[nr_free - 1].to = MAX(free_ranges[nr_free - 1].to, to);
		else if (from < to)
			range_insert(nr_free, from, to);
	}
	for (unsigned i = 0; i < nr_others; i++)
		range_cut(others[i].base, others[i].base + others[i].len);
	for (unsigned i = 0; i < nr_free && n < BOOT_MEM_MAX; i++)
		info->mem[n++] = (struct boot_mem){ free_ranges[i].from, free_ranges[i].to - free_ranges[i].from, BOOT_MEM_RAM };
	for (unsigned i = 0; i < nr_others && n < BOOT_MEM_MAX; i++)
		info->mem[n++] = others[i];
	info->nr_mem = n;
}

/* The initrd is unpacked while it still lies there, so it counts twice. */
static void check_enough(const struct boot_info *info)
{
	uint64_t total = 0, need;

	for (unsigned i = 0; i < nr_free; i++)
		total += free_ranges[i].to - free_ranges[i].from;
	need = FIRST_MIB + (info->kernel_end - info->kernel_base) + 2 * info->initrd_len
		+ total / PAGE_SIZE * sizeof(struct page) + WORKING_SET;
	if (total + FIRST_MIB < need)
		panic("not enough memory: %lu MiB, needs at least %lu MiB (image %lu KiB, initrd %lu KiB)",
		      total >> 20, DIV_ROUND_UP(need, 1ul << 20), (info->kernel_end - info->kernel_base) >> 10,
		      info->initrd_len >> 10);
}

void boot_mem_init(struct boot_info *info)
{
	boot_info = info;
	map_clean(info);
	check_enough(info);
	range_cut(0, FIRST_MIB);
	range_cut(info->kernel_base, info->kernel_end);
	if (info->initrd_len)
		range_cut(info->initrd_base, info->initrd_base + info->initrd_len);
}

/* ---- allocation ---- */

/* A free range can lend [*at, *at + size) below limit. */
static bool range_fits(const struct mem_range *r, size_t size, size_t align, uint64_t limit, uint64_t *at)
{
	uint64_t from = ALIGN_UP(r->from, (uint64_t)align);

	*at = from;
	return from >= r->from && from <= r->to && r->to - from >= size && from + size <= limit;
}

/* Smaller pieces than a page share one: what is left of the last page. */
static paddr_t piece_at;
static size_t piece_left;

static bool piece_take(size_t size, size_t align, uint64_t *at)
{
	size_t pad = ALIGN_UP(piece_at.v, (uint64_t)align) - piece_at.v;

	if (piece_left < pad + size)
		return false;
	*at = piece_at.v + pad;
	piece_at.v += pad + size;
	piece_left -= pad + size;
	return true;
}

void *boot_alloc(size_t size, size_t align)
{
	uint64_t limit = direct_map_base ? ~0ul : FOUR_GIB, at;
	size_t whole = ALIGN_UP(size, PAGE_SIZE);

	bug_on(mm_is_up || !size);
	if (size < PAGE_SIZE && piece_take(size, align, &at))
		goto found;
	for (unsigned i = 0; i < nr_free; i++) {
		if (!range_fits(&free_ranges[i], whole, MAX(align, PAGE_SIZE), limit, &at))
			continue;
		range_cut(at, at + whole);
		if (whole - size > piece_left) {
			piece_at = PADDR(at + size);
			piece_left = whole - size;
		}
		goto found;
	}
	panic("boot: no memory for %lu KiB", size >> 10);
found:
	return memset(phys_to_virt(PADDR(at)), 0, size);
}

/* Hand every free range to fn; boot_alloc() ends here. */
void boot_mem_release(void (*fn)(uint64_t from, uint64_t to))
{
	for (unsigned i = 0; i < nr_free; i++)
		fn(free_ranges[i].from, free_ranges[i].to);
	nr_free = 0;
}

/* ---- command line ---- */

bool boot_option(const char *name, char *buf, size_t size)
{
	const char *s = boot_info->cmdline;
	size_t len = strlen(name);

	while (*s) {
		size_t word;

		while (*s == ' ' || *s == '\t')
			s++;
		for (word = 0; s[word] && s[word] != ' ' && s[word] != '\t';)
			word++;
		if (word >= len && !memcmp(s, name, len) && (word == len || s[len] == '=')) {
			size_t from = word == len ? len : len + 1, n = MIN(word - from, size - 1);

			memcpy(buf, s + from, n);
			buf[n] = 0;
			return true;
		}
		s += word;
	}
	return false;
}
