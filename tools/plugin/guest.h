/*
 * guest.h - what the parts of the plugin share: QEMU's interface, windows, places.
 *
 * QEMU 7.2 packages no plugin header: the functions used are declared here (API version 1,
 * docs/devel/tcg-plugins of QEMU).
 *
 * A window is what one vCPU executes between MARK_BEGIN and MARK_END. Several windows make a
 * set (MARK_SET), one benchmark's; several sets a job (MARK_JOB), one call of the program.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t plugin_id;
typedef uint32_t mem_info;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;
typedef struct qemu_info qemu_info;

enum { CB_NO_REGS };
enum { MEM_READ = 1, MEM_WRITE, MEM_BOTH };
/* QEMU 7.2 confuses the two when asked for one of them: ask for both, look at is_read() or is_write(). */

typedef void exec_fn(unsigned cpu, void *data);
typedef void mem_fn(unsigned cpu, mem_info info, uint64_t vaddr, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, void (*cb)(plugin_id, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, exec_fn *cb, int flags, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, mem_fn *cb, int flags, int rw, void *data);
void qemu_plugin_register_atexit_cb(plugin_id id, void (*cb)(plugin_id, void *), void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
bool qemu_plugin_mem_is_store(mem_info info);
unsigned qemu_plugin_mem_size_shift(mem_info info);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(mem_info info, uint64_t vaddr);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *at);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *at);

#define MAX_CPUS 256

/* An instruction of the guest, by its address; there is one for as long as the guest runs. */
struct place {
	uint64_t pc;                            /* or one of the numbers below */
	uint64_t count;                         /* in this window */
};
enum {
	PC_OTHER_PROGRAM = 0,                   /* user code that is not of program=FILE */
	PC_SHARED = 1,                          /* user code at an address that the kernel chose: vDSO */
};

/* One vCPU between its markers. Written by that vCPU only. */
struct window {
	bool open;
	unsigned irq_depth;                     /* inside handlers of interrupts */
	unsigned irqs;                          /* interrupts that came in */
	const struct place *last;               /* measured before: tells an iteration of REP from a new instruction */
	uint64_t kernel, user;                  /* instructions; a REP instruction counts once */
	uint64_t irq;                           /* instructions of interrupts, left out above */
	uint64_t rep_kernel, rep_user;          /* twice the bytes moved by REP instructions */
	bool in_user;                           /* the last block of code was the user's */
	uint32_t entries;                       /* into the kernel */
};
extern struct window windows[MAX_CPUS];
extern FILE *out;

/* What an instruction is, as far as it matters here (decode.c). */
enum kind { PLAIN, CALL, RET, IRET, REP };
struct decoded {
	enum kind kind;
	int rep_rw;                             /* REP: which of its accesses are counted */
	unsigned rep_weight;                    /* 2, or 1 if an iteration makes two such accesses */
	bool is_percpu;                         /* gs:[fixed address] */
	uint64_t percpu;                        /* that address */
};
void decode(struct decoded *d, const unsigned char *bytes, size_t size, uint64_t pc);

/* A kind of measurement. Any of the functions may be missing. */
struct mode {
	bool counts;                            /* wants windows[].kernel, .user, .irq, .rep_*, and counted() */
	void (*translate)(struct qemu_plugin_insn *insn, struct place *p, const struct decoded *d, bool is_first);
	void (*counted)(struct place *p);       /* an instruction of a window */
	void (*window_begin)(unsigned cpu);
	void (*window_end)(unsigned cpu);
	void (*set_end)(void);
	void (*discard)(void);                  /* a job ended: windows that belong to no set */
};
extern const struct mode mode_count, mode_profile, mode_conflicts;

/* The guest's memory (memory.c): print what the kernel says of the page of an address; an argument of QEMU's command line. */
void memory_describe(uint64_t physical, uint64_t virtual);
bool memory_argument(const char *arg);

static inline bool is_write(mem_info info) { return qemu_plugin_mem_is_store(info); }
static inline bool is_read(mem_info info) { return !qemu_plugin_mem_is_store(info); }
static inline bool is_kernel(uint64_t pc) { return pc >> 63; }
static inline bool is_measured(unsigned cpu) { return windows[cpu].open && !windows[cpu].irq_depth; }

static inline void *need(void *memory)
{
	if (!memory) {
		fprintf(stderr, "plugin: out of memory\n");
		abort();
	}
	return memory;
}
