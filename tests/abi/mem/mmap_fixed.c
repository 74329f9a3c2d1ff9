/*
 * mmap_fixed.c - where a mapping goes: MAP_FIXED, MAP_FIXED_NOREPLACE, hints, MAP_32BIT.
 */
#include "region.h"

static void at(const char *what, char *base, void *addr, size_t len, int flags)
{
	char *p = mmap(addr, len, RW, ANON | flags, -1, 0);

	if (p == MAP_FAILED)
		say("%s: %s\n", what, errno_name(errno));
	else
		say("%s: %s\n", what, p == (char *)addr ? "there" : p >= base && p < base + 8 * PAGE ? "near" : "elsewhere");
}

static void unprivileged(void)
{
	if (setuid(1000))
		fatal("setuid");
	at("user, fixed at 0", NULL, 0, PAGE, MAP_FIXED);
	at("user, fixed below the limit", NULL, (void *)0xf000, PAGE, MAP_FIXED);
	at("user, fixed across the limit", NULL, (void *)0xf000, 2 * PAGE, MAP_FIXED);
	at("user, fixed at the limit", NULL, (void *)0x10000, PAGE, MAP_FIXED);
	at("user, noreplace below the limit", NULL, (void *)0xf000, PAGE, MAP_FIXED_NOREPLACE);
}

int main(void)
{
	char *r = region(8), *low;

	at("fixed", r, r, PAGE, MAP_FIXED);
	show_maps("after it", r, 8);
	at("fixed over it", r, r, 2 * PAGE, MAP_FIXED);
	at("fixed, not aligned", r, r + 1, PAGE, MAP_FIXED);
	at("noreplace, not aligned", r, r + 1, PAGE, MAP_FIXED_NOREPLACE);
	at("noreplace on a mapping", r, r, PAGE, MAP_FIXED_NOREPLACE);
	at("noreplace before one", r, r - PAGE, 2 * PAGE, MAP_FIXED_NOREPLACE);
	munmap(r + 2 * PAGE, 4 * PAGE);
	at("noreplace in a hole", r, r + 2 * PAGE, 2 * PAGE, MAP_FIXED_NOREPLACE);
	at("noreplace too long for a hole", r, r + 4 * PAGE, 3 * PAGE, MAP_FIXED_NOREPLACE);
	at("both flags on a mapping", r, r, PAGE, MAP_FIXED | MAP_FIXED_NOREPLACE);
	at("hint in a hole", r, r + 4 * PAGE, PAGE, 0);
	at("hint that is taken", r, r, PAGE, 0);
	at("hint not aligned", r, r + 5 * PAGE + 5, PAGE, 0);
	show_maps("at the end", r, 8);
	at("fixed beyond the end", NULL, (void *)0x7ffffffff000, PAGE, MAP_FIXED);
	at("fixed, last page", NULL, (void *)0x7fffffffe000, PAGE, MAP_FIXED);
	at("fixed, last page and one more", NULL, (void *)0x7fffffffe000, 2 * PAGE, MAP_FIXED);
	at("fixed in the kernel", NULL, KERNEL_ADDRESS, PAGE, MAP_FIXED);
	at("noreplace in the kernel", NULL, KERNEL_ADDRESS, PAGE, MAP_FIXED_NOREPLACE);
	at("hint in the kernel", NULL, KERNEL_ADDRESS, PAGE, 0);
	at("fixed, wraps", NULL, (void *)-PAGE, 2 * PAGE, MAP_FIXED);
	low = mmap(NULL, PAGE, RW, ANON | MAP_32BIT, -1, 0);
	judge("MAP_32BIT is in the second GiB", low >= (char *)0x40000000 && low < (char *)0x80000000);
	at("root, fixed at 0", NULL, 0, PAGE, MAP_FIXED);
	in_child("unprivileged", unprivileged);
	return 0;
}
