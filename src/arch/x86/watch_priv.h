/* watch_priv.h - watch.c's hooks in the switch, in the trap handler and at bring-up. */
#pragma once
#include <arch/switch.h>
#include <percpu/percpu.h>

extern const uint32_t nr_syscalls;              /* entry.asm */
DECLARE_PERCPU(uint32_t, syscall_limit);        /* numbers from here on take the slow way in */

void watch_init_cpu(void);
void watch_load(const struct context *c);
bool watch_is_loaded(const struct context *c);
void watch_note_debug(uint64_t dr6);
