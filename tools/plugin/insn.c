/*
 * insn.c - QEMU TCG plugin: exact guest instructions between two markers.
 *
 * A guest program executes an eight-byte NOP whose displacement is a magic number
 * (MARK_BEGIN, MARK_END) around what it measures. Between them every executed
 * instruction of that vCPU is counted, apart for user and kernel by the address's
 * top bit. At exit one line per distinct window is printed:
 *
 *     insn: kernel K user U windows N minimum|other
 *
 * smallest kernel count first: that is the undisturbed path, larger ones hold a
 * timer tick or another task. A window belongs to the vCPU that opened it, so the
 * guest runs with one vCPU or pins the program.
 *
 * QEMU 7.2 packages no plugin header: the few functions used are declared here
 * (plugin API version 1, docs/devel/tcg-plugins of QEMU).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef struct qemu_info qemu_info;

enum { CB_NO_REGS };

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, void (*cb)(plugin_id, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, void (*cb)(unsigned, void *), int flags, void *data);
void qemu_plugin_register_atexit_cb(plugin_id id, void (*cb)(plugin_id, void *), void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void qemu_plugin_outs(const char *s);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

/* nopl disp32(%rax,%rax,1) */
static const unsigned char mark_begin[8] = { 0x0f, 0x1f, 0x84, 0x00, 0x4d, 0x42, 0x52, 0x50 };   /* "MBRP" */
static const unsigned char mark_end[8] = { 0x0f, 0x1f, 0x84, 0x00, 0x4d, 0x45, 0x52, 0x50 };     /* "MERP" */

#define MAX_CPUS 256
#define MAX_KINDS 4096

static struct { int open; uint64_t kernel, user; } window[MAX_CPUS];
static struct kind { uint64_t kernel, user, count; } kinds[MAX_KINDS];
static unsigned nr_kinds;

static void begin(unsigned cpu, void *data)
{
	window[cpu].open = 1;
	window[cpu].kernel = window[cpu].user = 0;
}

static void end(unsigned cpu, void *data)
{
	unsigned i;

	if (!window[cpu].open)
		return;
	window[cpu].open = 0;
	for (i = 0; i < nr_kinds; i++)
		if (kinds[i].kernel == window[cpu].kernel && kinds[i].user == window[cpu].user)
			break;
	if (i == MAX_KINDS)
		return;
	if (i == nr_kinds)
		kinds[nr_kinds++] = (struct kind){ window[cpu].kernel, window[cpu].user, 0 };
	kinds[i].count++;
}

static void count_kernel(unsigned cpu, void *data) { window[cpu].kernel += window[cpu].open; }
static void count_user(unsigned cpu, void *data) { window[cpu].user += window[cpu].open; }

static void translate(plugin_id id, struct qemu_plugin_tb *tb)
{
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const void *bytes = qemu_plugin_insn_data(insn);
		size_t size = qemu_plugin_insn_size(insn);

		if (size == 8 && !memcmp(bytes, mark_begin, 8))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, begin, CB_NO_REGS, NULL);
		else if (size == 8 && !memcmp(bytes, mark_end, 8))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, end, CB_NO_REGS, NULL);
		else
			qemu_plugin_register_vcpu_insn_exec_cb(insn, qemu_plugin_insn_vaddr(insn) >> 63 ? count_kernel : count_user,
							       CB_NO_REGS, NULL);
	}
}

static int by_kernel(const void *a, const void *b)
{
	const struct kind *x = a, *y = b;

	return x->kernel < y->kernel ? -1 : x->kernel > y->kernel;
}

static void report(plugin_id id, void *data)
{
	char line[160];

	qsort(kinds, nr_kinds, sizeof kinds[0], by_kernel);
	for (unsigned i = 0; i < nr_kinds; i++) {
		snprintf(line, sizeof line, "insn: kernel %lu user %lu windows %lu %s\n", (unsigned long)kinds[i].kernel,
			 (unsigned long)kinds[i].user, (unsigned long)kinds[i].count, i ? "other" : "minimum");
		qemu_plugin_outs(line);
	}
}

__attribute__((visibility("default"))) int qemu_plugin_install(plugin_id id, const qemu_info *info, int argc, char **argv)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, report, NULL);
	return 0;
}
