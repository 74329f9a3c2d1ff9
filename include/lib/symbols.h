/* symbols.h - names of kernel functions, generated at link time (tools/gen-symbols). */
#pragma once
#include <base/types.h>

extern const unsigned symbols_count;
extern const uint32_t symbols_offset[];     /* from __text_start, ascending         */
extern const char symbols_names[];          /* terminated strings in the same order */

/* The function that contains addr. false when addr is not in the kernel's text. Any context. */
bool symbol_find(uintptr_t addr, const char **name, uintptr_t *offset);
