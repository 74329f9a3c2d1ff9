/* limits.h - resource limits that something must keep count for. */
#pragma once

struct process;

/* RLIMIT_CPU of p became finite: count its CPU time from now on, starting with what it has used. Task context. */
void cpu_limit_start(struct process *p);
/* Something is about to wait for the CPU-time clock `id`, if it is one: ticks look at such from now on. */
void cpu_tick_start(int clock_id);
