/*
 * host.h - running kernel code on host threads.
 *
 *	static void worker(unsigned cpu) { ... host_poll(); ... }
 *	int main(void) { host_begin(2); host_run(worker); ... return host_end(); }
 *
 * CPUs 0..n-1 are workers, n is the main thread, the next ones serve RCU and deferred
 * work. Whoever uses RCU polls now and then, or parks, or leaves (host_run() returning).
 */
#pragma once
#include <percpu/percpu.h>

#define HOST_SERVICE_CPUS 3                 /* the main thread, grace periods, deferred work */

/* This thread becomes the main CPU; n workers wait for host_run(). Once per process. */
void host_begin(unsigned n);
/* Every worker runs fn(cpu) once, together; returns when all have, and their RCU callbacks too. Returns ns. */
uint64_t host_run(void (*fn)(unsigned cpu));
/* A quiescent point: this CPU holds no reader. Takes calls from other CPUs, runs callbacks that are due. */
void host_poll(void);
int host_end(void);                         /* 0; stops the workers */
uint64_t host_now_ns(void);
/* How long and how wide a stress test is to be: its argument in ms, else `ms`. */
uint64_t host_budget_ns(int argc, char **argv, unsigned ms);
extern bool host_stop;                      /* set host_run()'s budget later: load_relaxed(&host_stop) ends loops */
void host_run_for(void (*fn)(unsigned cpu), uint64_t ns);
#define check(cond) do { if (!(cond)) host_failed(__FILE__, __LINE__, #cond); } while (0)
void host_failed(const char *file, int line, const char *what) __attribute__((noreturn));
