/* limits.h - resource limits that something must keep count for. */
#pragma once

struct process;

/* RLIMIT_CPU of p became finite: count its CPU time from now on, starting with what it has used. Task context. */
void cpu_limit_start(struct process *p);
