/*
 * vdso.h - kernel code that user mode may call: a shared object in every new program's memory, and the
 * page of clock data before it.
 */
#pragma once
#include <base/compiler.h>
#include <base/types.h>

struct space;
void vdso_init(void);                       /* bring-up, with all CPUs started */
/* Map both into a new program's memory; *base is where the object begins (AT_SYSINFO_EHDR). 0, -ENOMEM. May sleep. */
__must_check int vdso_map(struct space *s, uint64_t *base);
