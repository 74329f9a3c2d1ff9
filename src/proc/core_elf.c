/*
 * core_elf.c - the contents of a core file: an ELF file of notes about the threads and segments of memory.
 *
 *     ELF header | program headers: PT_NOTE, one PT_LOAD for each VMA | notes | padding to a page | memory
 *
 * What is dumped of a VMA is decided before anything is written (space->dump_filter); pages that are not there become
 * holes. The notes are gone through twice: once to measure, once to write, so that nothing of them is kept. First come
 * those of the thread that got the signal, with those of the process behind its registers, then the other threads'.
 *   I1  core_out.written, the bytes written, holes left out, never exceeds RLIMIT_CORE
 *   I2  the VMAs are as they were when looked at, but for processes that share the memory: they may take pages away
 * Context: the dumping thread; the process's others are parked. May sleep.
 */
#include <arch/trace.h>
#include <fs/file.h>
#include <lib/string.h>
#include <linux/elf.h>
#include <linux/time_types.h>
#include <mm/slab.h>
#include <mm/space.h>
#include <mm/usage.h>
#include <task/user_ns.h>
#include <time/clock.h>
#include "core_priv.h"

#define NOTE_ALIGN 4u
#define FILE_NOTE_MAX (4u << 20)            /* more than that of file names: no such note */
#define NT_XSAVE_LAYOUT 0x205u              /* NT_X86_XSAVE_LAYOUT, which older headers lack */

/* <sys/procfs.h>, which is the C library's. */
struct prstatus {
	int info_signo, info_code, info_errno;
	short cursig;
	uint64_t sigpend, sighold;
	int pid, ppid, pgrp, sid;
	struct __kernel_old_timeval utime, stime, cutime, cstime;
	uint64_t reg[USER_REGS];
	int fpvalid;
};
struct prpsinfo {
	char state, sname, zombie, nice;
	uint64_t flag;
	uint32_t uid, gid;
	int pid, ppid, pgrp, sid;
	char fname[TASK_COMM_LEN], psargs[80];
};
static_assert(sizeof(struct prstatus) == 336 && offsetof(struct prstatus, reg) == 112, "elf_prstatus of x86-64");
static_assert(sizeof(struct prpsinfo) == 136 && offsetof(struct prpsinfo, fname) == 40, "elf_prpsinfo of x86-64");

struct segment {
	uint64_t start, end;
	uint64_t dumped;                        /* bytes from start on */
	uint32_t flags;                         /* VMA_* */
	bool maybe_elf;                         /* the first page, should an ELF file begin there */
};

struct core_out {
	struct file *file;                      /* NULL: only measure */
	uint64_t pos, written, limit;
	bool failed;
};

struct core_file {
	const struct core_dump *dump;
	struct space *space;
	struct text_buf segments;               /* struct segment[] */
	struct text_buf ranges, names;          /* the parts of NT_FILE */
	char *path;                             /* scratch, PATH_MAX_LEN */
	unsigned nr_files;
	uint32_t filter;
};

/* ---- writing ---- */

static void emit(struct core_out *o, const void *data, size_t len)
{
	if (o->file && !o->failed) {
		o->failed = o->written + len > o->limit || signal_is_fatal_pending() ||
			    file_write_kernel(o->file, data, len, (loff_t)o->pos) != (ssize_t)len;
		o->written += len;
	}
	o->pos += len;
}

static void emit_zeroes(struct core_out *o, size_t len)
{
	static const char zeroes[NOTE_ALIGN];

	emit(o, zeroes, len);
}

static void note_head(struct core_out *o, const char *owner, uint32_t type, size_t len)
{
	struct elf64_note n = { .n_namesz = (uint32_t)strlen(owner) + 1, .n_descsz = (uint32_t)len, .n_type = type };

	emit(o, &n, sizeof n);
	emit(o, owner, n.n_namesz);
	emit_zeroes(o, ALIGN_UP(n.n_namesz, NOTE_ALIGN) - n.n_namesz);
}

static void note(struct core_out *o, const char *owner, uint32_t type, const void *data, size_t len)
{
	note_head(o, owner, type, len);
	emit(o, data, len);
	emit_zeroes(o, ALIGN_UP(len, NOTE_ALIGN) - len);
}

/* ---- threads ---- */

static struct __kernel_old_timeval timeval_of(uint64_t ns)
{
	return (struct __kernel_old_timeval){ (long)(ns / NSEC_PER_SEC), (long)(ns % NSEC_PER_SEC / 1000) };
}

/* The numbers of p and its family as the dumping thread sees them: pid, parent, group, session. */
static void family_read(struct process *p, int out[4])
{
	rcu_read_lock();
	out[1] = pid_seen(rcu_load(p->parent)->pid);
	out[2] = pid_seen(rcu_load(p->pgrp));
	out[3] = pid_seen(rcu_load(p->session));
	rcu_read_unlock();
}

static void note_status(const struct core_file *c, struct core_out *o, struct task *t)
{
	struct process *p = t->process;
	struct process_usage self, children;
	struct prstatus s;
	int numbers[4];

	memset(&s, 0, sizeof s);
	process_usage_read(p, &self, &children);
	family_read(p, numbers);
	s.info_signo = s.cursig = (short)c->dump->info->si_signo;
	s.sigpend = t->pending.set;
	s.sighold = t->blocked;
	s.pid = pid_seen(t->pid);
	s.ppid = numbers[1];
	s.pgrp = numbers[2];
	s.sid = numbers[3];
	s.utime = timeval_of(t == p->leader ? self.utime_ns : t->thread.utime_ns);
	s.stime = timeval_of(t == p->leader ? self.stime_ns : t->thread.stime_ns);
	s.cutime = timeval_of(children.utime_ns);
	s.cstime = timeval_of(children.stime_ns);
	for (unsigned i = 0; i < USER_REGS; i++)
		s.reg[i] = user_reg_get(task_user_frame(t), &t->thread.ctx, i);
	s.fpvalid = 1;
	note(o, "CORE", NT_PRSTATUS, &s, sizeof s);
}

/* Both sizes are multiples of NOTE_ALIGN: nothing to fill up. */
static void note_area(struct core_out *o, struct task *t, const char *owner, uint32_t type, bool whole)
{
	const size_t len = fpu_area_size(whole);

	note_head(o, owner, type, len);
	for (size_t pos = 0, n; pos < len; pos += n) {
		const void *run = fpu_area_run(&t->thread.ctx, whole, pos, &n);

		n = MIN(n, len - pos);
		emit(o, run, n);
	}
}

static void note_registers(struct core_out *o, struct task *t)
{
	note_area(o, t, "CORE", NT_PRFPREG, false);
	if (fpu_area_size(true) > fpu_area_size(false))
		note_area(o, t, "LINUX", NT_X86_XSTATE, true);
}

/* ---- the process ---- */

static void note_process(const struct core_file *c, struct core_out *o)
{
	struct task *t = c->dump->task;
	const struct space_layout *l = &c->space->layout;
	struct prpsinfo i;
	int numbers[4];
	ssize_t n;

	memset(&i, 0, sizeof i);
	family_read(t->process, numbers);
	i.sname = 'R';
	i.nice = t->thread.se.nice;
	i.uid = uid_shown(cred_current()->uid);
	i.gid = gid_shown(cred_current()->gid);
	i.pid = pid_seen(t->process->pid);
	i.ppid = numbers[1];
	i.pgrp = numbers[2];
	i.sid = numbers[3];
	task_get_comm(t, i.fname);
	n = space_read(c->space, l->arg_start, i.psargs, MIN(l->arg_end - l->arg_start, sizeof i.psargs - 1));
	for (ssize_t k = 0; k < n; k++)
		if (!i.psargs[k])
			i.psargs[k] = ' ';
	note(o, "CORE", NT_PRPSINFO, &i, sizeof i);
}

/* How many ranges, the unit of file offsets, the ranges, their names. */
static void note_files(const struct core_file *c, struct core_out *o)
{
	const uint64_t head[2] = { c->nr_files, PAGE_SIZE };
	size_t len = sizeof head + c->ranges.len + c->names.len;
	struct elf64_note n = { .n_namesz = sizeof "CORE", .n_descsz = (uint32_t)len, .n_type = NT_FILE };

	if (len > FILE_NOTE_MAX)
		return;
	emit(o, &n, sizeof n);
	emit(o, "CORE\0\0\0", 8);
	emit(o, head, sizeof head);
	emit(o, c->ranges.data, c->ranges.len);
	emit(o, c->names.data, c->names.len);
	emit_zeroes(o, ALIGN_UP(len, NOTE_ALIGN) - len);
}

static void notes(const struct core_file *c, struct core_out *o)
{
	struct task *t = c->dump->task;
	struct fpu_component parts[FPU_COMPONENTS];
	const struct core_member *m;

	note_status(c, o, t);
	note_process(c, o);
	note(o, "CORE", NT_SIGINFO, c->dump->info, sizeof *c->dump->info);
	note(o, "CORE", NT_AUXV, c->space->layout.auxv, space_auxv_len(c->space) * sizeof c->space->layout.auxv[0]);
	note_files(c, o);
	note_registers(o, t);
	list_for_each(m, &c->dump->members, node) {
		note_status(c, o, m->task);
		note_registers(o, m->task);
	}
	note(o, "LINUX", NT_XSAVE_LAYOUT, parts, fpu_components(parts) * sizeof parts[0]);
}

/* ---- memory ---- */

/* Has the VMA pages of its own that its file has not? */
static bool has_private_pages(struct vma *v)
{
	struct vma_usage u = { 0 };

	if (v->map && !load_relaxed(&v->has_anon))      /* relaxed: nobody runs that could make some */
		return false;
	vma_usage_add(v, &u);
	return u.anon != 0;
}

static bool wants_whole(const struct core_file *c, struct vma *v)
{
	if (v->flags & VMA_SPECIAL)
		return true;                    /* the vDSO: nowhere else to be had */
	if (v->flags & VMA_DONTDUMP)
		return false;
	if (v->flags & VMA_HUGETLB)
		return c->filter & (v->flags & VMA_SHARED ? CORE_HUGETLB_SHARED : CORE_HUGETLB_PRIVATE);
	if (v->flags & VMA_SHARED)
		return c->filter & (v->file && v->file->inode->nlink ? CORE_MAPPED_SHARED : CORE_ANON_SHARED);
	if ((c->filter & CORE_ANON_PRIVATE) && has_private_pages(v))
		return true;
	return v->file && (c->filter & CORE_MAPPED_PRIVATE);
}

static void segment_choose(const struct core_file *c, struct vma *v, struct segment *s)
{
	*s = (struct segment){ .start = v->start, .end = v->end, .flags = v->flags };
	if (wants_whole(c, v)) {
		s->dumped = v->end - v->start;
	} else if (v->file && !v->pgoff && (v->flags & (VMA_READ | VMA_SHARED | VMA_DONTDUMP | VMA_HUGETLB)) == VMA_READ && (c->filter & CORE_ELF_HEADERS)) {
		/* Enough to tell which program or library this was. */
		s->dumped = PAGE_SIZE;
		s->maybe_elf = !(v->file->inode->mode & 0111);
	}
}

static void file_add(struct core_file *c, const struct vma *v)
{
	const uint64_t range[3] = { v->start, v->end, v->pgoff };
	const char *name = v->name;
	int err = 0;

	if (v->file && v->file->path.dentry)
		name = path_to_string(&v->file->path, NULL, c->path, PATH_MAX_LEN, &err);
	if (!name || *name != '/')
		return;
	text_write(&c->ranges, range, sizeof range);
	text_write(&c->names, name, strlen(name) + 1);
	c->nr_files++;
}

static int vma_look(struct vma *v, void *arg)
{
	struct core_file *c = arg;
	struct segment s;

	segment_choose(c, v, &s);
	file_add(c, v);
	return text_write(&c->segments, &s, sizeof s);
}

/* All that is to be known of the VMAs. 0 or -ENOMEM. */
static int memory_look(struct core_file *c)
{
	struct segment *s;
	int err = space_for_each_vma(c->space, 0, vma_look, c);

	if (err || c->ranges.error || c->names.error)
		return -ENOMEM;
	for (s = (struct segment *)c->segments.data; (char *)s < c->segments.data + c->segments.len; s++) {
		char magic[SELFMAG];

		if (s->maybe_elf && (space_read(c->space, s->start, magic, SELFMAG) != SELFMAG || memcmp(magic, ELFMAG, SELFMAG)))
			s->dumped = 0;
	}
	return 0;
}

/* One segment's bytes; true if it ends in a hole. */
static bool segment_write(const struct core_file *c, struct core_out *o, const struct segment *s)
{
	bool is_hole = false;

	for (uint64_t at = s->start; at < s->start + s->dumped && !o->failed; at += PAGE_SIZE) {
		struct page *p;

		is_hole = space_peek_page(c->space, at, &p) != 0;
		if (is_hole) {
			o->pos += PAGE_SIZE;
			o->failed = signal_is_fatal_pending();
			continue;
		}
		emit(o, page_address(p), PAGE_SIZE);
		page_put(p);
	}
	return is_hole;
}

/* ---- the file ---- */

static void headers(const struct core_file *c, struct core_out *o, uint64_t notes_len, uint64_t memory_at, uint64_t end)
{
	const struct segment *s, *first = (const struct segment *)c->segments.data;
	size_t n = c->segments.len / sizeof *first, total = n + 1;
	struct elf64_hdr h = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_CORE, .e_machine = EM_X86_64, .e_version = EV_CURRENT, .e_phoff = sizeof h, .e_ehsize = sizeof h,
		.e_phentsize = sizeof(struct elf64_phdr), .e_phnum = (uint16_t)MIN(total, (size_t)PN_XNUM),
	};
	struct elf64_phdr ph = { .p_type = PT_NOTE, .p_offset = sizeof h + total * sizeof ph, .p_filesz = notes_len, .p_align = NOTE_ALIGN };

	if (total >= PN_XNUM) {                 /* the number stands in a section header, see section() */
		h.e_shoff = end;
		h.e_shentsize = sizeof(struct elf64_shdr);
		h.e_shnum = 1;
	}
	emit(o, &h, sizeof h);
	emit(o, &ph, sizeof ph);
	ph = (struct elf64_phdr){ .p_type = PT_LOAD, .p_offset = memory_at, .p_align = PAGE_SIZE };
	for (s = first; s < first + n; s++) {
		ph.p_vaddr = s->start;
		ph.p_memsz = s->end - s->start;
		ph.p_filesz = s->dumped;
		ph.p_flags = (s->flags & VMA_READ ? PF_R : 0) | (s->flags & VMA_WRITE ? PF_W : 0) | (s->flags & VMA_EXEC ? PF_X : 0);
		emit(o, &ph, sizeof ph);
		ph.p_offset += s->dumped;
	}
}

/* More program headers than the ELF header can count. */
static void section(struct core_out *o, size_t nr_headers)
{
	const struct elf64_shdr sh = { .sh_size = 1, .sh_info = (uint32_t)nr_headers };

	if (nr_headers >= PN_XNUM)
		emit(o, &sh, sizeof sh);
}

static void file_write(const struct core_file *c, struct core_out *o)
{
	const struct segment *s, *first = (const struct segment *)c->segments.data;
	size_t n = c->segments.len / sizeof *first;
	struct core_out measured = { 0 };
	uint64_t memory_at, end;
	bool is_hole = false;

	notes(c, &measured);
	memory_at = ALIGN_UP(sizeof(struct elf64_hdr) + (n + 1) * sizeof(struct elf64_phdr) + measured.pos, PAGE_SIZE);
	end = memory_at;
	for (s = first; s < first + n; s++)
		end += s->dumped;
	headers(c, o, measured.pos, memory_at, end);
	notes(c, o);
	o->pos = memory_at;
	for (s = first; s < first + n && !o->failed; s++)
		if (s->dumped)
			is_hole = segment_write(c, o, s);
	section(o, n + 1);
	if (is_hole && n + 1 < PN_XNUM) {       /* the file is to reach to its end */
		o->pos--;
		emit_zeroes(o, 1);
	}
}

bool core_elf_write(const struct core_dump *d, struct file *f)
{
	struct core_file c = { .dump = d, .space = d->task->space, .path = kmalloc(PATH_MAX_LEN, 0), .filter = d->task->space->dump_filter };
	struct core_out o = { .file = f, .limit = d->limit };

	bool is_begun = c.path && !memory_look(&c);

	if (is_begun) {
		fpu_sync(&d->task->thread.ctx);
		file_write(&c, &o);
	}
	text_fini(&c.segments);
	text_fini(&c.ranges);
	text_fini(&c.names);
	kfree(c.path);
	return is_begun;
}
