/*
 * maps.c - /proc/PID/maps, smaps, smaps_rollup and numa_maps: the VMAs of an address space as text.
 *
 * The walk holds space->lock; text_printf() may allocate but takes no lock of mm's spaces. There may be any number of
 * VMAs: the text is made in parts (fs/pseudo.h), each going on behind the address at which the last one ended.
 */
#include "procfs_priv.h"
#include <fs/file.h>
#include <lib/string.h>
#include <linux/mempolicy.h>
#include <mm/commit.h>
#include <mm/policy.h>
#include <mm/slab.h>
#include <mm/usage.h>

struct walk {
	struct text_buf *b;
	char *path;
	bool smaps;
	struct vma_usage sum;                   /* smaps_rollup */
	uint64_t first, last;
	struct mempolicy *policy;               /* numa_maps: the task's */
};

static const char *vma_label(const struct vma *v)
{
	const struct space_layout *l = &v->space->layout;

	if (v->name)
		return v->name;
	if (v->start <= l->brk && v->end >= l->start_brk && v->flags & VMA_HEAP)
		return "[heap]";
	if (v->start <= l->start_stack && v->end > l->start_stack)
		return "[stack]";
	return "";
}

/* Names begin at column 73. A newline in one is shown as \012, nothing else is. */
static void show_name(struct text_buf *b, const char *name, size_t column)
{
	text_printf(b, "%*s", column < 73 ? (int)(73 - column) : 0, "");
	for (const char *end; *name; name = end) {
		for (end = name; *end && *end != '\n'; end++)
			;
		text_write(b, name, (size_t)(end - name));
		if (*end == '\n') {
			text_printf(b, "\\012");
			end++;
		}
	}
}

static void show_line(struct walk *w, struct vma *v)
{
	const struct inode *i = v->file ? v->file->inode : NULL;
	const char *label = vma_label(v);
	int err = 0;
	size_t start = w->b->len;

	if (v->file && v->file->path.dentry) {
		char *name = path_to_string(&v->file->path, NULL, w->path, PATH_MAX_LEN, &err);

		label = err ? "" : name;
	}
	text_printf(w->b, "%08lx-%08lx %c%c%c%c %08lx %02x:%02x %lu ", v->start, v->end, v->flags & VMA_READ ? 'r' : '-',
			     v->flags & VMA_WRITE ? 'w' : '-', v->flags & VMA_EXEC ? 'x' : '-', v->flags & VMA_SHARED ? 's' : 'p',
			     i ? v->pgoff << PAGE_SHIFT : 0, i ? DEV_MAJOR(i->super->dev) : 0, i ? DEV_MINOR(i->super->dev) : 0,
			     i ? i->ino : 0);
	if (*label)
		show_name(w->b, label, w->b->len - start);
	text_printf(w->b, "\n");
}

static void row(struct text_buf *b, const char *name, uint64_t bytes) { text_printf(b, "%-16s%8lu kB\n", name, bytes / 1024); }

/* What smaps and smaps_rollup share; swap and what is merged or freed lazily there is none of. */
static void show_usage(struct text_buf *b, const struct vma_usage *u, bool rollup)
{
	static const char *const none[] = { "ShmemPmdMapped:", "FilePmdMapped:", "Shared_Hugetlb:", "Private_Hugetlb:", "Swap:", "SwapPss:" };
	uint64_t pss = (u->pss_anon + u->pss_file + u->pss_shmem) >> 12;

	row(b, "Rss:", u->rss);
	row(b, "Pss:", pss);
	row(b, "Pss_Dirty:", pss);
	if (rollup) {
		row(b, "Pss_Anon:", u->pss_anon >> 12);
		row(b, "Pss_File:", u->pss_file >> 12);
		row(b, "Pss_Shmem:", u->pss_shmem >> 12);
	}
	row(b, "Shared_Clean:", 0);
	row(b, "Shared_Dirty:", u->shared);
	row(b, "Private_Clean:", 0);
	row(b, "Private_Dirty:", u->private);
	row(b, "Referenced:", u->rss);
	row(b, "Anonymous:", u->anon);
	row(b, "KSM:", 0);
	row(b, "LazyFree:", 0);
	row(b, "AnonHugePages:", u->anon_huge);
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		row(b, none[i], 0);
	row(b, "Locked:", u->locked);
}

/* Two letters each, in the order of Linux's bits. */
static void show_flags(struct text_buf *b, const struct vma *v)
{
	const struct { bool is; char name[3]; } flags[] = {
		{ v->flags & VMA_READ, "rd" }, { v->flags & VMA_WRITE, "wr" }, { v->flags & VMA_EXEC, "ex" }, { v->flags & VMA_SHARED, "sh" },
		{ v->flags & VMA_MAYREAD, "mr" }, { v->flags & VMA_MAYWRITE, "mw" }, { v->flags & VMA_MAYEXEC, "me" },
		{ v->flags & VMA_SHARED, "ms" }, { v->flags & VMA_GROWSDOWN, "gd" }, { v->flags & VMA_LOCKED, "lo" },
		{ v->flags & VMA_DONTFORK, "dc" }, { v->flags & (VMA_SPECIAL | VMA_HUGETLB), "de" }, { v->flags & VMA_LOCKONFAULT, "lf" },
		{ commit_is_accounted(v->flags), "ac" }, { v->flags & VMA_NORESERVE, "nr" }, { v->flags & VMA_HUGETLB, "ht" }, { v->flags & VMA_WIPEONFORK, "wf" },
		{ v->flags & VMA_DONTDUMP, "dd" }, { true, "sd" },
		{ v->flags & VMA_HUGE, "hg" }, { v->flags & VMA_NOHUGE, "nh" }, { v->flags & VMA_DROPPABLE, "dp" },
	};

	text_printf(b, "VmFlags: ");
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (flags[i].is)
			text_printf(b, "%s ", flags[i].name);
	text_printf(b, "\n");
}

/* Call show on VMAs until the part is full. */
static void show_part(struct walk *w, struct space *s, int (*show)(struct vma *v, void *arg))
{
	w->b->has_more = space_for_each_vma(s, w->b->at, show, w) != 0;
}

/* v was shown. Non-zero: enough for this part. */
static int vma_shown(struct walk *w, const struct vma *v)
{
	w->b->at = v->end;
	return text_is_part(w->b);
}

static uint64_t vma_page_size(const struct vma *v) { return v->flags & VMA_HUGETLB ? 1ul << v->map->huge_shift : PAGE_SIZE; }

static int show_vma(struct vma *v, void *arg)
{
	struct walk *w = arg;
	struct vma_usage u = { 0 };

	show_line(w, v);
	if (!w->smaps)
		return vma_shown(w, v);
	vma_usage_add(v, &u);
	row(w->b, "Size:", v->end - v->start);
	row(w->b, "KernelPageSize:", vma_page_size(v));
	row(w->b, "MMUPageSize:", vma_page_size(v));
	show_usage(w->b, &u, false);
	text_printf(w->b, "THPeligible:           %d\nProtectionKey:         0\n", space_vma_may_be_huge(v));
	show_flags(w->b, v);
	return vma_shown(w, v);
}

static int show(struct text_buf *b, struct space *s, bool smaps)
{
	struct walk w = { .b = b, .smaps = smaps };
	int err;

	if (!space_try_get_user(s))
		return 0;
	w.path = kmalloc(PATH_MAX_LEN, 0);
	if (w.path)
		show_part(&w, s, show_vma);
	space_put_user(s);
	err = w.path ? 0 : -ENOMEM;
	kfree(w.path);
	return err;
}

int proc_show_maps(struct text_buf *b, struct task *t, struct space *s) { return show(b, s, false); }
int proc_show_smaps(struct text_buf *b, struct task *t, struct space *s) { return show(b, s, true); }

static int add_vma(struct vma *v, void *arg)
{
	struct walk *w = arg;

	if (!w->last)
		w->first = v->start;
	w->last = v->end;
	vma_usage_add(v, &w->sum);
	return 0;
}

int proc_show_smaps_rollup(struct text_buf *b, struct task *t, struct space *s)
{
	struct walk w = { .b = b };
	size_t start = b->len;

	if (!space_try_get_user(s))
		return -ESRCH;
	(void)space_for_each_vma(s, 0, add_vma, &w);
	space_put_user(s);
	text_printf(b, "%08lx-%08lx ---p 00000000 00:00 0 ", w.first, w.last);
	show_name(b, "[rollup]", b->len - start);
	text_printf(b, "\n");
	show_usage(b, &w.sum, true);
	return 0;
}

/* ---- numa_maps ---- */

/* Its mode, flags and nodes, as the kernel's own words. */
static void show_policy(struct text_buf *b, const struct mempolicy *p)
{
	static const char *const names[] = { "default", "prefer", "bind", "interleave", "local", "prefer (many)", "weighted interleave" };
	const unsigned balancing = 1u << 13;    /* MPOL_F_NUMA_BALANCING, later than the headers */

	text_printf(b, "%s", names[p ? p->mode : MPOL_DEFAULT]);
	if (!p)
		return;
	if (p->flags)
		text_printf(b, "=%s%s%s", p->flags & MPOL_F_STATIC_NODES ? "static" : p->flags & MPOL_F_RELATIVE_NODES ? "relative" : "",
			    (p->flags & balancing) && p->flags != balancing ? "|" : "", p->flags & balancing ? "balancing" : "");
	if (p->has_node)
		text_printf(b, ":0");
}

/* What would end a name, as three octal digits. */
static void show_escaped(struct text_buf *b, const char *name)
{
	for (; *name; name++)
		if (strchr(" \t\n=", *name))
			text_printf(b, "\\%03o", (unsigned char)*name);
		else
			text_write(b, name, 1);
}

static void show_numa_name(struct walk *w, struct vma *v)
{
	const struct space_layout *l = &v->space->layout;
	int err = 0;

	if (v->file && v->file->path.dentry) {
		const char *name = path_to_string(&v->file->path, NULL, w->path, PATH_MAX_LEN, &err);

		text_printf(w->b, " file=");
		show_escaped(w->b, err ? "" : name);
	} else if (v->map && v->flags & VMA_SHARED) {
		text_printf(w->b, " file=/dev/zero\\040(deleted)");
	} else if (v->start <= l->brk && v->end >= l->start_brk) {
		text_printf(w->b, " heap");
	} else if (v->start <= l->start_stack && v->end > l->start_stack) {
		text_printf(w->b, " stack");
	}
}

static int show_numa_vma(struct vma *v, void *arg)
{
	struct walk *w = arg;
	struct vma_usage u = { 0 };
	struct mempolicy *own = vma_policy_get(v, v->start);

	text_printf(w->b, "%08lx ", v->start);
	show_policy(w->b, own ? own : w->policy);
	mempolicy_put(own);
	show_numa_name(w, v);
	if (v->flags & VMA_HUGETLB)
		text_printf(w->b, " huge");
	vma_usage_add(v, &u);
	if (u.anon)
		text_printf(w->b, " anon=%lu dirty=%lu", u.anon / PAGE_SIZE, u.anon / PAGE_SIZE);
	if (u.rss > u.anon)
		text_printf(w->b, " mapped=%lu", u.rss / PAGE_SIZE);
	if (u.mapmax > 1)
		text_printf(w->b, " mapmax=%u", u.mapmax);
	if (u.rss)
		text_printf(w->b, " N0=%lu kernelpagesize_kB=4", u.rss / PAGE_SIZE);
	text_printf(w->b, "\n");
	return vma_shown(w, v);
}

int proc_show_numa_maps(struct text_buf *b, struct task *t, struct space *s)
{
	struct walk w = { .b = b };
	int err;

	if (!space_try_get_user(s))
		return 0;
	spin_lock(&t->lock);
	w.policy = mempolicy_get(t->mempolicy);
	spin_unlock(&t->lock);
	w.path = kmalloc(PATH_MAX_LEN, 0);
	if (w.path)
		show_part(&w, s, show_numa_vma);
	space_put_user(s);
	mempolicy_put(w.policy);
	err = w.path ? 0 : -ENOMEM;
	kfree(w.path);
	return err;
}
