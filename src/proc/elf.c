/*
 * elf.c - the image of a 64-bit ELF program: static, static-pie, or with an interpreter.
 *
 * First the headers of both files are read: an error so far is the caller's to see. Then they are
 * mapped, into a space that nobody runs on yet; what fails from there on ends the caller
 * (exec->is_fatal), as on Linux, where its memory is gone by then.
 *   I1  a segment lies wholly in user space, before anything is mapped; it may lie beyond its file's end
 *   I2  the first PT_LOAD of an object reserves its place (MAP_FIXED_NOREPLACE); the others lie in
 *       the span computed from all of them
 * Addresses: a position-independent program with an interpreter stands at two thirds of user
 * space, its interpreter and static-pie programs in the mapping area; all as Linux places them.
 */
#include <arch/usercopy.h>
#include <mm/slab.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <trace/ratelimit.h>
#include <linux/elf.h>
#include <linux/mman.h>
#include "exec_priv.h"

#define PIE_BASE        ALIGN_DOWN(USER_END / 3 * 2, PAGE_SIZE)
#define RANDOM_PAGES(r) (((r) & 0xfffffff) << PAGE_SHIFT)      /* 28 bits of pages, as Linux's mmap */
#define PHDRS_MAX       (PAGE_SIZE / sizeof(struct elf64_phdr))

struct elf_object {
	struct file *file;
	const char *name;                       /* for messages */
	char *name_owned, *header_owned;        /* an interpreter's */
	struct elf64_hdr hdr;
	const struct elf64_phdr *ph;            /* in e->header, or owned */
	struct elf64_phdr *ph_owned;
	uint64_t low, high;                     /* span of the PT_LOADs, page aligned, before the bias */
	uint64_t align;                         /* largest p_align */
	uint64_t bias;
	bool is_interp;
};

/* Say what is wrong with a file: anyone can make such files. */
static void __printf(3, 4) elf_complain(const struct elf_object *o, uint64_t offset, const char *fmt, ...)
{
	char text[80];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	klog_ratelimited(KLOG_WARN, "exec: %s: %s at offset %lu\n", o->name, text, (unsigned long)offset);
}

static int elf_bad(const struct elf_object *o)
{
	return o->is_interp ? -ELIBBAD : -ENOEXEC;
}

/* ---- reading and checking ---- */

static int header_check(struct elf_object *o, size_t len)
{
	const struct elf64_hdr *h = &o->hdr;

	if (len < SELFMAG || memcmp(h->e_ident, ELFMAG, SELFMAG))
		return elf_bad(o);              /* not ELF at all: nothing to say */
	if (len < sizeof *h) {
		elf_complain(o, len, "ELF header is cut off");
		return elf_bad(o);
	}
	if (h->e_machine != EM_X86_64)          /* Linux asks no more, and the layout is the 64-bit one */
		return elf_bad(o);
	if (h->e_type != ET_EXEC && h->e_type != ET_DYN)
		return elf_bad(o);
	if (h->e_phentsize != sizeof(struct elf64_phdr) || !h->e_phnum || h->e_phnum > PHDRS_MAX) {
		elf_complain(o, offsetof(struct elf64_hdr, e_phentsize), "%u program headers of %u bytes", h->e_phnum,
			     h->e_phentsize);
		return elf_bad(o);
	}
	return 0;
}

/* buf holds the first len bytes of the file. */
static int object_read(struct elf_object *o, const char *buf, size_t len)
{
	size_t size;
	ssize_t n;
	int err;

	memset(&o->hdr, 0, sizeof o->hdr);
	memcpy(&o->hdr, buf, MIN(len, sizeof o->hdr));
	err = header_check(o, len);
	if (err)
		return err;
	size = o->hdr.e_phnum * sizeof *o->ph;
	if (o->hdr.e_phoff <= len && len - o->hdr.e_phoff >= size && o->hdr.e_phoff % 8 == 0) {
		o->ph = (const struct elf64_phdr *)(buf + o->hdr.e_phoff);
		return 0;
	}
	o->ph_owned = kmalloc(size, 0);
	if (!o->ph_owned)
		return -ENOMEM;
	o->ph = o->ph_owned;
	if (o->hdr.e_phoff > INT64_MAX)
		n = 0;
	else
		n = file_read_kernel(o->file, o->ph_owned, size, (loff_t)o->hdr.e_phoff);
	if (n < 0)
		return (int)n;
	if ((size_t)n < size) {
		elf_complain(o, o->hdr.e_phoff + (size_t)n, "program headers are cut off");
		return elf_bad(o);
	}
	return 0;
}

static int segment_check(const struct elf_object *o, const struct elf64_phdr *ph)
{
	uint64_t at = o->hdr.e_phoff + (uint64_t)(ph - o->ph) * sizeof *ph;

	if (ph->p_filesz > ph->p_memsz || ph->p_vaddr >= USER_END || ph->p_memsz > USER_END - ph->p_vaddr)
		elf_complain(o, at, "segment of %lu bytes at %lx", (unsigned long)ph->p_memsz, (unsigned long)ph->p_vaddr);
	else if (ph->p_filesz && ph->p_offset > INT64_MAX - ALIGN_UP(ph->p_filesz, PAGE_SIZE))
		elf_complain(o, at, "segment at file offset %lx", (unsigned long)ph->p_offset);
	else if (ph->p_filesz && (ph->p_offset - ph->p_vaddr) % PAGE_SIZE)
		elf_complain(o, at, "segment is not aligned to pages");
	else
		return 0;
	return elf_bad(o);
}

/*
 * I1, and the span of all segments. Their order is free, and one may lie over another: the later
 * in the table wins, as on Linux.
 */
static int segments_check(struct elf_object *o)
{
	o->low = ~0ull;
	o->high = 0;
	o->align = PAGE_SIZE;
	for (unsigned i = 0; i < o->hdr.e_phnum; i++) {
		const struct elf64_phdr *ph = &o->ph[i];
		int err;

		if (ph->p_type != PT_LOAD)
			continue;
		err = segment_check(o, ph);
		if (err)
			return err;
		o->low = MIN(o->low, ALIGN_DOWN(ph->p_vaddr, PAGE_SIZE));
		o->high = MAX(o->high, ALIGN_UP(ph->p_vaddr + ph->p_memsz, PAGE_SIZE));
		if (!(ph->p_align & (ph->p_align - 1)))         /* others are ignored */
			o->align = MAX(o->align, ph->p_align);
	}
	if (o->high)
		return 0;
	elf_complain(o, o->hdr.e_phoff, "no segment to load");
	return elf_bad(o);
}

/* ---- mapping ---- */

static unsigned segment_prot(const struct elf64_phdr *ph)
{
	return (ph->p_flags & PF_R ? PROT_READ : 0) | (ph->p_flags & PF_W ? PROT_WRITE : 0) |
	       (ph->p_flags & PF_X ? PROT_EXEC : 0);
}

/* The bytes after the file's part of its last page are the program's zeroes. */
static int tail_zero(struct space *s, uint64_t from)
{
	struct page *page;
	int err;

	if (!(from % PAGE_SIZE))
		return 0;
	err = space_get_page(s, ALIGN_DOWN(from, PAGE_SIZE), true, &page);
	if (err)
		return -ENOMEM;
	memset((char *)page_address(page) + from % PAGE_SIZE, 0, PAGE_SIZE - from % PAGE_SIZE);
	page_put(page);
	return 0;
}

static int segment_map(struct space *s, const struct elf_object *o, const struct elf64_phdr *ph, unsigned fixed)
{
	uint64_t va = ph->p_vaddr + o->bias, start = ALIGN_DOWN(va, PAGE_SIZE), addr;
	uint64_t file_end = va + ph->p_filesz, mem_end = ALIGN_UP(va + ph->p_memsz, PAGE_SIZE);
	uint64_t mapped = ph->p_filesz ? ALIGN_UP(file_end, PAGE_SIZE) : start;
	unsigned prot = segment_prot(ph);
	int err;

	if (ph->p_filesz) {
		err = space_map(s, start, mapped - start, prot, MAP_PRIVATE | fixed, 0, &o->file->inode->map, o->file,
				(ph->p_offset - va % PAGE_SIZE) >> PAGE_SHIFT, &addr);
		if (err)
			return err;
		if (ph->p_memsz > ph->p_filesz && (prot & PROT_WRITE)) {
			err = tail_zero(s, file_end);
			if (err)
				return err;
		}
	}
	if (mem_end <= mapped)
		return 0;
	prot = PROT_READ | PROT_WRITE | (prot & PROT_EXEC);             /* as Linux: of the file's rights only this one */
	return space_map(s, mapped, mem_end - mapped, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, 0, NULL, NULL, 0, &addr);
}

static int object_map(struct space *s, const struct elf_object *o)
{
	unsigned fixed = MAP_FIXED_NOREPLACE;

	for (unsigned i = 0; i < o->hdr.e_phnum; i++) {
		int err;

		if (o->ph[i].p_type != PT_LOAD)
			continue;
		err = segment_map(s, o, &o->ph[i], fixed);
		if (err)
			return err;
		fixed = MAP_FIXED;              /* I2 */
	}
	return 0;
}

/* The top of the mapping area, where the first mmap() would go; below the program should that stand there. */
static int place_in_mapping_area(const struct exec *e, struct elf_object *o)
{
	uint64_t size = o->high - o->low, top = e->space->layout.mmap_base;
	const struct exec_image *im = &e->image;

	if (im->high > top - size && im->low < top)
		top = im->low;
	if (top <= size || o->align > top - size)
		return -ENOMEM;
	o->bias = ALIGN_DOWN(top - size, o->align) - o->low;
	return 0;
}

static int object_place(struct exec *e, struct elf_object *o, bool has_interp)
{
	uint64_t base;

	o->bias = 0;
	if (o->hdr.e_type == ET_EXEC)
		return 0;
	if (o->is_interp || !has_interp)
		return place_in_mapping_area(e, o);
	base = PIE_BASE + (e->randomize ? RANDOM_PAGES(e->random[2]) : 0);
	o->bias = ALIGN_DOWN(base, o->align) - o->low;
	return 0;
}

/* ---- the two objects of a program ---- */

static const struct elf64_phdr *phdr_find(const struct elf_object *o, uint32_t type)
{
	for (unsigned i = 0; i < o->hdr.e_phnum; i++) {
		if (o->ph[i].p_type == type)
			return &o->ph[i];
	}
	return NULL;
}

static int interp_name_read(const struct elf_object *o, const struct elf64_phdr *ph, char **out)
{
	char *name;
	ssize_t n;

	if (ph->p_filesz < 2 || ph->p_filesz > PATH_MAX_LEN) {
		elf_complain(o, o->hdr.e_phoff + (uint64_t)(ph - o->ph) * sizeof *ph, "interpreter's name of %lu bytes",
			     (unsigned long)ph->p_filesz);
		return -ENOEXEC;
	}
	name = kmalloc(ph->p_filesz, 0);
	if (!name)
		return -ENOMEM;
	n = ph->p_offset > INT64_MAX ? -EINVAL : file_read_kernel(o->file, name, ph->p_filesz, (loff_t)ph->p_offset);
	if (n == (ssize_t)ph->p_filesz && !name[n - 1]) {
		*out = name;
		return 0;
	}
	kfree(name);
	if (n < 0)
		return (int)n;
	elf_complain(o, ph->p_offset, "interpreter's name is cut off");
	return n == (ssize_t)ph->p_filesz ? -ENOEXEC : -EIO;
}

/* Open the program's interpreter, if it names one, and read its headers into o. */
static int interp_open(struct exec *e, const struct elf_object *program, struct elf_object *o)
{
	const struct elf64_phdr *ph = phdr_find(program, PT_INTERP);
	ssize_t n;
	int err;

	e->image.has_interp = ph != NULL;
	if (!ph)
		return 0;
	err = interp_name_read(program, ph, &o->name_owned);
	if (err)
		return err;
	o->name = o->name_owned;
	err = exec_open(AT_FDCWD, o->name, WALK_FOLLOW, &o->file);
	if (err)
		return err;
	exec_note_secret(e, o->file->inode);
	o->header_owned = kmalloc(EXEC_HEADER_SIZE, 0);
	if (!o->header_owned)
		return -ENOMEM;
	n = file_read_kernel(o->file, o->header_owned, EXEC_HEADER_SIZE, 0);
	if (n < 0)
		return (int)n;
	return (size_t)n < sizeof o->hdr ? -EIO : object_read(o, o->header_owned, (size_t)n);
}

static void interp_close(struct elf_object *o)
{
	kfree(o->ph_owned);
	kfree(o->header_owned);
	if (o->file)
		exec_close(o->file);
	kfree(o->name_owned);
}

/* Code, data and break of the program, as /proc/pid/stat and brk(2) want them. */
static void image_describe(struct exec *e, const struct elf_object *o)
{
	struct exec_image *im = &e->image;
	uint64_t phoff = o->hdr.e_phoff;

	im->entry = o->hdr.e_entry + o->bias;
	im->phnum = o->hdr.e_phnum;
	im->low = o->low + o->bias;
	im->high = o->high + o->bias;
	im->start_code = ~0ull;
	for (unsigned i = 0; i < o->hdr.e_phnum; i++) {
		const struct elf64_phdr *ph = &o->ph[i];
		uint64_t start = ph->p_vaddr + o->bias, end = start + ph->p_filesz;

		if (ph->p_type == PT_GNU_STACK)
			im->executable_stack = ph->p_flags & PF_X;
		if (ph->p_type != PT_LOAD)
			continue;
		if (phoff >= ph->p_offset && phoff < ph->p_offset + ph->p_filesz)
			im->phdr = phoff - ph->p_offset + start;
		if ((ph->p_flags & PF_X) && start < im->start_code)
			im->start_code = start;
		if (start > im->start_data)
			im->start_data = start;
		if ((ph->p_flags & PF_X) && im->end_code < end)
			im->end_code = end;
		if (im->end_data < end)
			im->end_data = end;
		im->brk = MAX(im->brk, start + ph->p_memsz);
	}
}

static void layout_set(struct exec *e, const struct elf_object *o)
{
	struct space_layout *l = &e->space->layout;
	struct exec_image *im = &e->image;
	uint64_t brk = ALIGN_UP(im->brk, PAGE_SIZE);

	if (e->randomize) {
		/* A program without interpreter stands in the mapping area, where its break could not grow. */
		if (o->hdr.e_type == ET_DYN && !im->has_interp)
			brk = PIE_BASE;
		brk += (e->random[3] & 0x3ffff) << PAGE_SHIFT;          /* within 1 GiB */
	}
	l->start_code = im->start_code;
	l->end_code = im->end_code;
	l->start_data = im->start_data;
	l->end_data = im->end_data;
	l->start_brk = l->brk = brk;
}

/* Check and map one object. */
static int object_load(struct exec *e, struct elf_object *o)
{
	int err = segments_check(o);

	if (!err)
		err = object_place(e, o, e->image.has_interp);
	return err ? err : object_map(e->space, o);
}

static int image_load(struct exec *e, struct elf_object *program, struct elf_object *interp)
{
	struct elf_object *first = e->image.has_interp ? interp : program;
	int err = object_load(e, program);

	if (err)
		return err;
	image_describe(e, program);
	layout_set(e, program);
	if (e->image.has_interp) {
		err = object_load(e, interp);
		e->image.interp_base = interp->bias;
	}
	e->image.start_entry = first->hdr.e_entry + first->bias;
	if (!err && e->image.start_entry >= USER_END) {
		elf_complain(first, offsetof(struct elf64_hdr, e_entry), "entry point %lx", (unsigned long)e->image.start_entry);
		err = -ENOEXEC;
	}
	return err;
}

int elf_load(struct exec *e)
{
	struct elf_object program = { .file = e->file, .name = e->filename }, interp = { .is_interp = true };
	int err = object_read(&program, e->header, e->header_len);

	if (!err)
		err = interp_open(e, &program, &interp);
	if (!err) {
		err = image_load(e, &program, &interp);
		e->is_fatal = err != 0;
	}
	kfree(program.ph_owned);
	interp_close(&interp);
	return err;
}
