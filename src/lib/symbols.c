/*
 * symbols.c - which function contains an address, by the table of tools/gen-symbols.
 * Pure function over constant data, any context.
 */
#include <lib/symbols.h>
#include <lib/string.h>

extern const char __text_start[], __text_end[];

bool symbol_find(uintptr_t addr, const char **name, uintptr_t *offset)
{
	uintptr_t base = (uintptr_t)__text_start;
	unsigned low = 0, high = symbols_count;
	const char *s = symbols_names;

	if (addr < base || addr >= (uintptr_t)__text_end || !symbols_count)
		return false;
	while (high - low > 1) {                /* symbols_offset[low] <= addr - base always */
		unsigned mid = (low + high) / 2;

		if (symbols_offset[mid] <= addr - base)
			low = mid;
		else
			high = mid;
	}
	for (unsigned i = 0; i < low; i++)
		s += strlen(s) + 1;
	*name = s;
	*offset = addr - base - symbols_offset[low];
	return true;
}
