/*
 * guest.c - QEMU TCG plugin: what a guest executes between two markers, exactly.
 *
 * A guest program executes eight-byte NOPs whose displacement is a magic number: begin and end
 * of a window, end of a set, end of a job. A window belongs to the vCPU that opened it.
 * Interrupts inside a window are told by the addresses of their entries and left out up to the
 * IRETQ, or to user mode if the interrupt switched tasks; the window remembers that they came.
 * An instruction that faults is executed twice, and counted twice. TCG executes a REP
 * instruction once an iteration and once more: it is counted once, its bytes by its accesses.
 *
 * usage: -plugin FILE,mode=count|profile|conflicts,out=FILE[,program=FILE][,irq=LO-HI/STEP][,...]
 *   count      windows, and by address what the median window executed
 *   profile    a tree of calls, and how often each node's instructions were executed
 *   conflicts  cache lines that one vCPU wrote and another touched, and by which instructions
 *   program    the ELF file whose user code is told apart from other programs'
 *   irq        hexadecimal: every STEP bytes from LO to HI an interrupt enters
 *   root, rootat, pages, pagesize: see memory.c
 * Lines of text, one fact each (count.c, profile.c, conflicts.c); "set" and "job" end what
 * stands before them. tools/measure reads them.
 */
#include "guest.h"
#include <elf.h>
#include <pthread.h>

struct window windows[MAX_CPUS];
FILE *out;

static const struct mode *mode = &mode_count;
static struct { uint64_t lo, hi, step; } irq_entries[64];
static unsigned nr_irq_entries;

/* nopl disp32(%rax,%rax,1) */
static const unsigned char marker[] = { 0x0f, 0x1f, 0x84, 0x00, 0x4d, 0, 0x52, 0x50 };
#define MARKER_KIND 5                           /* the byte that differs: B, E, S or J */

/* ---- markers ---- */

static void window_begin(unsigned cpu, void *data)
{
	(void)data;
	windows[cpu] = (struct window){ .open = true };
	if (mode->window_begin)
		mode->window_begin(cpu);
}

static void window_end(unsigned cpu, void *data)
{
	(void)data;
	if (!windows[cpu].open)
		return;
	windows[cpu].open = false;
	if (mode->window_end)
		mode->window_end(cpu);
}

static void set_end(unsigned cpu, void *data)
{
	(void)cpu;
	(void)data;
	if (mode->set_end)
		mode->set_end();
	fputs("set\n", out);
	fflush(out);
}

static void job_end(unsigned cpu, void *data)
{
	(void)cpu;
	(void)data;
	for (unsigned c = 0; c < MAX_CPUS; c++)
		windows[c].open = false;
	if (mode->discard)
		mode->discard();
	fputs("job\n", out);
	fflush(out);
}

static exec_fn *marker_callback(const unsigned char *bytes, size_t size)
{
	if (size != sizeof marker || memcmp(bytes, marker, MARKER_KIND) || memcmp(bytes + 6, marker + 6, 2))
		return NULL;
	switch (bytes[MARKER_KIND]) {
	case 'B': return window_begin;
	case 'E': return window_end;
	case 'S': return set_end;
	case 'J': return job_end;
	default: return NULL;
	}
}

/* ---- places ---- */

static struct place **table;                    /* open addressing by pc; half of it is free, at least */
static size_t table_size, nr_places;
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;

static struct place **slot_find(uint64_t pc)
{
	size_t i = (pc * 0x9e3779b97f4a7c15ull >> 20) & (table_size - 1);

	while (table[i] && table[i]->pc != pc)
		i = (i + 1) & (table_size - 1);
	return &table[i];
}

static void table_grow(void)
{
	struct place **old = table;
	size_t old_size = table_size;

	table_size = old_size ? 2 * old_size : 1 << 16;
	table = need(calloc(table_size, sizeof *table));
	for (size_t i = 0; i < old_size; i++)
		if (old[i])
			*slot_find(old[i]->pc) = old[i];
	free(old);
}

/* vCPUs may translate at the same time. */
static struct place *place_get(uint64_t pc)
{
	struct place **slot, *p;

	pthread_mutex_lock(&table_lock);
	if (2 * nr_places >= table_size)
		table_grow();
	slot = slot_find(pc);
	if (!*slot) {
		*slot = need(calloc(1, sizeof **slot));
		(*slot)->pc = pc;
		nr_places++;
	}
	p = *slot;
	pthread_mutex_unlock(&table_lock);
	return p;
}

/* ---- user code: of the program that is measured, or of another ---- */

static struct { unsigned char *file; size_t size; } program;

static int program_load(const char *path)
{
	FILE *f = fopen(path, "rb");
	long size = 0;

	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < (long)sizeof(Elf64_Ehdr))
		return -1;
	program.size = (size_t)size;
	program.file = need(malloc(program.size));
	rewind(f);
	if (fread(program.file, 1, program.size, f) != program.size || memcmp(program.file, ELFMAG, SELFMAG))
		return -1;
	fclose(f);
	return 0;
}

static bool is_of_program(uint64_t pc, const unsigned char *bytes, size_t size)
{
	const Elf64_Ehdr *e = (const void *)program.file;
	const Elf64_Phdr *p;

	if (!e || e->e_phoff + (uint64_t)e->e_phnum * sizeof *p > program.size)
		return false;
	p = (const void *)(program.file + e->e_phoff);
	for (unsigned i = 0; i < e->e_phnum; i++, p++) {
		uint64_t at = pc - p->p_vaddr;

		if (p->p_type == PT_LOAD && at < p->p_filesz && at + size <= p->p_filesz && p->p_offset + p->p_filesz <= program.size)
			return !memcmp(program.file + p->p_offset + at, bytes, size);
	}
	return false;
}

static struct place *place_of(uint64_t pc, const unsigned char *bytes, size_t size)
{
	if (is_kernel(pc) || is_of_program(pc, bytes, size))
		return place_get(pc);
	return place_get(pc >> 40 == 0x7f ? PC_SHARED : PC_OTHER_PROGRAM);
}

/* ---- what is executed ---- */

static void irq_enter(unsigned cpu, void *data)
{
	struct window *w = &windows[cpu];

	(void)data;
	if (w->open) {
		w->irq_depth++;
		w->irqs++;
	}
}

static void irq_leave(unsigned cpu, void *data)
{
	(void)data;
	if (windows[cpu].irq_depth)
		windows[cpu].irq_depth--;
}

/* A block of user code: whatever interrupt came has gone. */
static void user_block(unsigned cpu, void *data)
{
	(void)data;
	windows[cpu].irq_depth = 0;
	windows[cpu].in_user = true;
}

static void kernel_block(unsigned cpu, void *data)
{
	(void)data;
	if (windows[cpu].in_user)
		windows[cpu].entries++;
	windows[cpu].in_user = false;
}

static void measured(struct window *w, struct place *p, uint64_t *total)
{
	if (w->irq_depth) {
		w->irq++;
		return;
	}
	++*total;
	w->last = p;
	mode->counted(p);
}

static void count_kernel(unsigned cpu, void *data)
{
	if (windows[cpu].open)
		measured(&windows[cpu], data, &windows[cpu].kernel);
}

static void count_user(unsigned cpu, void *data)
{
	if (!windows[cpu].open)
		return;
	windows[cpu].irq_depth = 0;
	measured(&windows[cpu], data, &windows[cpu].user);
}

static void count_kernel_rep(unsigned cpu, void *data)
{
	if (windows[cpu].last != data)
		count_kernel(cpu, data);
}

static void count_user_rep(unsigned cpu, void *data)
{
	if (windows[cpu].last != data)
		count_user(cpu, data);
}

static uint64_t rep_bytes(mem_info info, const void *data)
{
	const struct decoded *d = data;
	bool is_counted = d->rep_rw == (is_write(info) ? MEM_WRITE : MEM_READ);

	return is_counted ? (uint64_t)d->rep_weight << qemu_plugin_mem_size_shift(info) : 0;
}

static void rep_kernel(unsigned cpu, mem_info info, uint64_t vaddr, void *data)
{
	(void)vaddr;
	if (is_measured(cpu))
		windows[cpu].rep_kernel += rep_bytes(info, data);
}

static void rep_user(unsigned cpu, mem_info info, uint64_t vaddr, void *data)
{
	(void)vaddr;
	if (is_measured(cpu))
		windows[cpu].rep_user += rep_bytes(info, data);
}

/* One for each kind of REP instruction, to hand to callbacks. */
static void *rep_kept(const struct decoded *d)
{
	static struct decoded kept[] = {
		{ .kind = REP, .rep_rw = MEM_WRITE, .rep_weight = 2 },
		{ .kind = REP, .rep_rw = MEM_READ, .rep_weight = 2 },
		{ .kind = REP, .rep_rw = MEM_READ, .rep_weight = 1 },
	};

	return &kept[d->rep_rw == MEM_WRITE ? 0 : d->rep_weight == 2 ? 1 : 2];
}

static void translate_count(struct qemu_plugin_insn *insn, struct place *p, const struct decoded *d, bool kernel)
{
	exec_fn *plain = kernel ? count_kernel : count_user, *rep = kernel ? count_kernel_rep : count_user_rep;

	qemu_plugin_register_vcpu_insn_exec_cb(insn, d->kind == REP ? rep : plain, CB_NO_REGS, p);
	if (d->kind == REP)
		qemu_plugin_register_vcpu_mem_cb(insn, kernel ? rep_kernel : rep_user, CB_NO_REGS, MEM_BOTH, rep_kept(d));
}

static bool is_irq_entry(uint64_t pc)
{
	for (unsigned i = 0; i < nr_irq_entries; i++)
		if (pc >= irq_entries[i].lo && pc < irq_entries[i].hi && (pc - irq_entries[i].lo) % irq_entries[i].step == 0)
			return true;
	return false;
}

/* Callbacks run in the order in which they are registered, all before the instruction; those of memory behind it. */
static void translate(plugin_id id, struct qemu_plugin_tb *tb)
{
	bool is_first = true;

	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const unsigned char *bytes = qemu_plugin_insn_data(insn);
		size_t size = qemu_plugin_insn_size(insn);
		uint64_t pc = qemu_plugin_insn_vaddr(insn);
		exec_fn *mark = marker_callback(bytes, size);
		struct place *p;
		struct decoded d;

		if (mark) {
			qemu_plugin_register_vcpu_insn_exec_cb(insn, mark, CB_NO_REGS, NULL);
			continue;
		}
		decode(&d, bytes, size, pc);
		p = place_of(pc, bytes, size);
		if (is_kernel(pc) && is_irq_entry(pc))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, irq_enter, CB_NO_REGS, NULL);
		if (is_first)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, is_kernel(pc) ? kernel_block : user_block, CB_NO_REGS, NULL);
		if (mode->translate)
			mode->translate(insn, p, &d, is_first);
		if (mode->counts)
			translate_count(insn, p, &d, is_kernel(pc));
		if (is_kernel(pc) && d.kind == IRET)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, irq_leave, CB_NO_REGS, NULL);
		is_first = false;
	}
}

/* ---- coming and going ---- */

static void finish(plugin_id id, void *data)
{
	(void)id;
	(void)data;
	fflush(out);
}

static int parse(const char *arg)
{
	unsigned long lo, hi, step;

	if (!strcmp(arg, "mode=count"))
		mode = &mode_count;
	else if (!strcmp(arg, "mode=profile"))
		mode = &mode_profile;
	else if (!strcmp(arg, "mode=conflicts"))
		mode = &mode_conflicts;
	else if (!strncmp(arg, "out=", 4))
		out = fopen(arg + 4, "w");
	else if (!strncmp(arg, "program=", 8))
		return program_load(arg + 8);
	else if (sscanf(arg, "irq=%lx-%lx/%lx", &lo, &hi, &step) == 3 && step && nr_irq_entries < 64) {
		irq_entries[nr_irq_entries].lo = lo;
		irq_entries[nr_irq_entries].hi = hi;
		irq_entries[nr_irq_entries++].step = step;
	} else if (!memory_argument(arg))
		return -1;
	return 0;
}

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

__attribute__((visibility("default"))) int qemu_plugin_install(plugin_id id, const qemu_info *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++)
		if (parse(argv[i])) {
			fprintf(stderr, "plugin: %s: not an argument, or no such file\n", argv[i]);
			return -1;
		}
	if (!out) {
		fprintf(stderr, "plugin: out=FILE is missing or cannot be written\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
