/*
 * fdtable.c - descriptor tables.
 *
 *   I1  bit fd of open is set exactly while slot fd is used or reserved (then files[fd] is NULL)
 *   I2  every slot below next_free is taken
 *   I3  slots and bitmaps change only under t->lock, or by the sole user without it
 *   I4  a replaced array stays readable for a grace period; lookups without the lock: fs/fd_slot.h
 *
 * A sole user needs neither lock nor count (fd_borrow(), table_lock()), by the rule of sync/sole.h: `users`
 * counts the tasks whose task->files is this table. It grows in one place only, fdtable_get(), called by
 * clone(CLONE_FILES) of a task that already uses the table. Nobody else stores into the table: other tasks
 * reach it only through fd_lookup_of() and friends, under task->lock, which keeps task->files in place; they
 * read under RCU and take a count of their own on the file. So a sole user that sleeps in read() cannot lose
 * its file: the slot's reference stays until it closes the descriptor itself.
 * A call that closes descriptors while it uses a borrowed file takes a reference (fd_get()).
 *
 * Lock order: task->lock, t->lock (RANK_FDTABLE).  Context: task.
 */
#include <fs/notify.h>
#include "fdtable_priv.h"
#include "file_priv.h"
#include <lib/bitmap.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <task/process.h>

#define FIRST_SLOTS 64u
#define COPY_WORDS 16u                          /* of the bitmaps; slots of 1024 files are copied at a time */
int nr_open_max = 1024 * 1024;
#define VMALLOC_FROM (128u * 1024u)             /* bytes of an array from which on it need not be contiguous */

static struct slab_cache *table_cache __ro_after_init;

/* ---- birth ---- */

struct fdtable *fdtable_alloc(void)
{
	struct fdtable *t = slab_alloc(table_cache, ALLOC_ZERO);

	if (!t)
		return NULL;
	sole_init(&t->users);
	spin_init(&t->lock, RANK_FDTABLE);
	t->first.size = FIRST_SLOTS;
	t->first.files = t->first_files;
	t->first.open = &t->first_open;
	t->first.cloexec = &t->first_cloexec;
	t->array = &t->first;
	return t;
}

static size_t array_bytes(unsigned size)
{
	return sizeof(struct fdarray) + size * sizeof(struct file *) + 2 * (size / 8);
}

static bool array_is_vmalloc(unsigned size) { return array_bytes(size) > VMALLOC_FROM; }

static struct fdarray *array_alloc(unsigned size)
{
	size_t bytes = array_bytes(size);
	struct fdarray *a = array_is_vmalloc(size) ? vmalloc(bytes, ALLOC_ZERO) : kmalloc(bytes, ALLOC_ZERO);

	if (!a)
		return NULL;
	a->size = size;
	a->files = (struct file **)(a + 1);
	a->open = (unsigned long *)(a->files + size);
	a->cloexec = a->open + size / BITS_PER_LONG;
	return a;
}

static void array_free(struct fdarray *a)
{
	array_is_vmalloc(a->size) ? vfree(a) : kfree(a);
}

static void array_free_later(struct defer *d)
{
	array_free(container_of(d, struct fdarray, retired));
}

/* Free an array that lookups may still read. */
static void array_retire(struct fdtable *t, struct fdarray *a)
{
	if (a != &t->first)
		defer_call(&a->retired, array_free_later);
}

static void array_copy(struct fdarray *to, const struct fdarray *from)
{
	memcpy(to->files, from->files, from->size * sizeof *from->files);
	memcpy(to->open, from->open, from->size / 8);
	memcpy(to->cloexec, from->cloexec, from->size / 8);
}

/* Make room for slot fd. 0, -ENOMEM. No lock held; may sleep. */
static int array_replace(struct fdtable *t, unsigned fd)
{
	struct fdarray *fresh, *old;
	unsigned size = FIRST_SLOTS;
	bool locked;

	while (size <= fd)
		size *= 2;
	fresh = array_alloc(size);
	if (!fresh)
		return -ENOMEM;
	locked = table_lock(t);
	old = t->array;
	if (old->size >= size) {                       /* a fellow user was faster */
		table_unlock(t, locked);
		array_free(fresh);
		return 0;
	}
	array_copy(fresh, old);
	rcu_store(t->array, fresh);
	table_unlock(t, locked);
	array_retire(t, old);
	return 0;
}

/* Slots that fs.nr_open allows a table to grow to: as Linux counts, in whole words. */
static unsigned slots_allowed(void) { return ALIGN_DOWN((unsigned)load_relaxed(&nr_open_max), BITS_PER_LONG); }

/* The same for a new descriptor. 0, -EMFILE, -ENOMEM. */
static __noinline int table_grow(struct fdtable *t, unsigned fd)
{
	return fd >= slots_allowed() ? -EMFILE : array_replace(t, fd);
}

/* ---- lookup ---- */

static __always_inline refcount_t *refs_of(struct file *f)
{
	debug_linger();
	return &f->refs;
}
/* As fd_slot_get(): under RCU. */
static bool slot_get_file(struct fdtable *t, int fd, struct file **out) { return fd_slot_get(&t->array, (unsigned)fd, refs_of, out); }

struct file *fd_borrow_slow(int fd, struct fd_ref *r, bool allow_path)
{
	struct file *f;
	bool sure;

	for (;;) {
		rcu_read_lock();
		sure = slot_get_file(task_current()->files, fd, &f);
		rcu_read_unlock();
		if (likely(sure))
			break;
		file_put(f);
	}
	if (f && !allow_path && (f->mode & FILE_PATH)) {
		file_put(f);
		f = NULL;
	}
	r->file = f;
	r->counted = f != NULL;         /* who returns what was refused returns nothing */
	return f;
}

struct file *fd_get_path(int fd)
{
	struct fd_ref r;
	struct file *f = fd_borrow_path(fd, &r);

	if (f && !r.counted)
		file_get(f);
	return f;
}

/* Under the lock: a close that came before it shows; one that comes after it sees what we did before. */
bool fd_is_of(int fd, const struct file *f)
{
	struct fdtable *t = task_current()->files;
	bool locked = table_lock(t), is;

	is = (unsigned)fd < t->array->size && t->array->files[fd] == f;
	table_unlock(t, locked);
	return is;
}

struct file *fd_get(int fd)
{
	struct file *f = fd_get_path(fd);

	if (f && (f->mode & FILE_PATH)) {
		file_put(f);
		return NULL;
	}
	return f;
}

struct file *fd_lookup_of(struct task *t, int fd)
{
	struct file *f;
	bool sure;

	for (;;) {
		f = NULL;
		sure = true;
		spin_lock(&t->lock);
		if (t->files) {
			rcu_read_lock();
			sure = slot_get_file(t->files, fd, &f);
			rcu_read_unlock();
		}
		spin_unlock(&t->lock);
		if (likely(sure))
			return f;
		file_put(f);
	}
}

int fd_next_of(struct task *t, int from)
{
	int found = -1;

	spin_lock(&t->lock);
	if (t->files && from >= 0) {
		struct fdarray *a = rcu_load(t->files->array);

		for (unsigned fd = (unsigned)from; fd < a->size; fd++) {
			fd = (unsigned)bitmap_find_set(a->open, a->size, fd);
			if (fd < a->size && rcu_load(a->files[fd])) {
				found = (int)fd;
				break;
			}
		}
	}
	spin_unlock(&t->lock);
	return found;
}

bool fd_cloexec_of(struct task *t, int fd)
{
	bool on = false;

	spin_lock(&t->lock);
	if (t->files) {
		struct fdarray *a = rcu_load(t->files->array);

		on = (unsigned)fd < a->size && bitmap_test(a->cloexec, (unsigned)fd);
	}
	spin_unlock(&t->lock);
	return on;
}

/* ---- slots ---- */

static void slot_set_cloexec(struct fdarray *a, unsigned fd, bool on)
{
	if (on)
		bitmap_set(a->cloexec, fd);
	else if (bitmap_test(a->cloexec, fd))
		bitmap_clear(a->cloexec, fd);
}

int fd_alloc(int from, bool cloexec)
{
	struct fdtable *t = task_current()->files;
	uint64_t limit = process_current()->rlim[RLIMIT_NOFILE].rlim_cur;

	for (;;) {
		bool locked = table_lock(t);
		struct fdarray *a = t->array;
		unsigned start = MAX((unsigned)from, t->next_free);
		unsigned fd = start < a->size ? (unsigned)bitmap_find_clear(a->open, a->size, start) : start;
		int err;

		if (unlikely(fd >= limit)) {
			table_unlock(t, locked);
			return -EMFILE;
		}
		if (likely(fd < a->size)) {
			bitmap_set(a->open, fd);
			slot_set_cloexec(a, fd, cloexec);
			if ((unsigned)from <= t->next_free)
				t->next_free = fd + 1;
			table_unlock(t, locked);
			return (int)fd;
		}
		table_unlock(t, locked);
		err = table_grow(t, fd);
		if (err)
			return err;
	}
}

void fd_install(int fd, struct file *f)
{
	struct fdtable *t = task_current()->files;
	bool locked = table_lock(t);                   /* a growing table is being copied */

	rcu_store(t->array->files[fd], f);             /* pairs with slot_get_file(): f is initialised */
	table_unlock(t, locked);
}

/* Free slot fd; t->lock, or sole user. */
static void slot_free(struct fdtable *t, struct fdarray *a, unsigned fd)
{
	bitmap_clear(a->open, fd);
	slot_set_cloexec(a, fd, false);
	if (fd < t->next_free)
		t->next_free = fd;
}

void fd_abandon(int fd)
{
	struct fdtable *t = task_current()->files;
	bool locked = table_lock(t);

	slot_free(t, t->array, (unsigned)fd);
	table_unlock(t, locked);
}

int fd_add_from(struct file *f, int from, bool cloexec)
{
	int fd = fd_alloc(from, cloexec);

	if (unlikely(fd < 0))
		file_put(f);
	else
		fd_install(fd, f);
	return fd;
}

int fd_add(struct file *f, bool cloexec) { return fd_add_from(f, 0, cloexec); }

/* What close() owes a file that left a slot of the table `owner`; consumes the slot's reference. May sleep. */
static int close_file(struct file *f, struct fdtable *owner)
{
	int err = 0;

	if (f->ops && f->ops->flush && !(f->mode & FILE_PATH))
		err = f->ops->flush(f);
	if (unlikely(f->inode && load_relaxed(&f->inode->flock_list)))   /* relaxed: our own locks were set before, by us */
		flock_release_owner(f, owner);
	if (unlikely(f->mode & FILE_NOTIFIES))
		dnotify_release(f, owner);
	file_put(f);
	return err;
}

int fd_close(int fd)
{
	struct fdtable *t = task_current()->files;
	bool locked = table_lock(t);
	struct fdarray *a = t->array;
	struct file *f;

	if (unlikely((unsigned)fd >= a->size) || unlikely(!(f = a->files[fd]))) {
		table_unlock(t, locked);
		return -EBADF;
	}
	store_relaxed(&a->files[fd], NULL);            /* relaxed: the release of the last reference comes after it */
	slot_free(t, a, (unsigned)fd);
	table_unlock(t, locked);
	return close_file(f, t);
}

int fd_replace(int fd, struct file *f, bool cloexec)
{
	struct fdtable *t = task_current()->files;
	struct file *old;
	int err = -EBADF;

	if ((unsigned)fd >= process_current()->rlim[RLIMIT_NOFILE].rlim_cur)
		goto put;
	for (;;) {
		bool locked = table_lock(t);
		struct fdarray *a = t->array;

		if (likely((unsigned)fd < a->size)) {
			old = a->files[fd];
			if (!old && bitmap_test(a->open, (unsigned)fd)) {
				table_unlock(t, locked);
				err = -EBUSY;          /* another thread's open() is about to fill it */
				goto put;
			}
			bitmap_set(a->open, (unsigned)fd);
			slot_set_cloexec(a, (unsigned)fd, cloexec);
			rcu_store(a->files[fd], f);
			table_unlock(t, locked);
			break;
		}
		table_unlock(t, locked);
		err = table_grow(t, (unsigned)fd);
		if (err)
			goto put;
	}
	if (old)
		close_file(old, t);
	return fd;
put:
	file_put(f);
	return err;
}

int fd_get_cloexec(int fd)
{
	struct fdtable *t = task_current()->files;
	bool locked = table_lock(t);
	struct fdarray *a = t->array;
	int on = -EBADF;

	if ((unsigned)fd < a->size && a->files[fd])
		on = bitmap_test(a->cloexec, (unsigned)fd);
	table_unlock(t, locked);
	return on;
}

int fd_set_cloexec(int fd, bool on)
{
	struct fdtable *t = task_current()->files;
	bool locked = table_lock(t);
	struct fdarray *a = t->array;
	int err = -EBADF;

	if ((unsigned)fd < a->size && a->files[fd]) {
		slot_set_cloexec(a, (unsigned)fd, on);
		err = 0;
	}
	table_unlock(t, locked);
	return err;
}

/* ---- sharing, copying, death ---- */

void fdtable_get(struct fdtable *t)
{
	sole_join(&t->users);                          /* the new task starts through its run queue's lock */
}

/* Copy used slots of words [w, longs) of `from` into a, empty there. The lock of `from`'s table is held. */
static void array_fill(struct fdarray *a, const struct fdarray *from, unsigned w, unsigned longs)
{
	for (; w < longs; w++) {
		unsigned long used = from->open[w];

		a->cloexec[w] = from->cloexec[w];
		while (used) {
			unsigned fd = w * BITS_PER_LONG + (unsigned)__builtin_ctzl(used);
			struct file *f = from->files[fd];

			used &= used - 1;
			if (f) {
				file_get(f);
				a->files[fd] = f;
				bitmap_set(a->open, fd);
			} else {
				bitmap_clear(a->cloexec, fd);  /* reserved: another thread's open() in progress */
			}
		}
	}
}

/*
 * Copy used slots of `from` into the empty `to`, which nobody else sees; those beyond its size came after the call began.
 * `from` is locked, and again at the end; in between its users may get at it: each slot is as it was at some moment of the call.
 */
static void table_fill(struct fdtable *to, struct fdtable *from, bool locked) __no_lock_analysis
{
	struct fdarray *a = to->array;
	unsigned longs = MIN(from->array->size, a->size) / BITS_PER_LONG;       /* it may grow: never shrinks */

	for (unsigned w = 0; w < longs; w += COPY_WORDS) {
		if (unlikely(w) && unlikely(locked)) {
			spin_unlock(&from->lock);
			spin_lock(&from->lock);
		}
		array_fill(a, from->array, w, MIN(longs, w + COPY_WORDS));
	}
	to->next_free = (unsigned)bitmap_find_clear(a->open, a->size, 0);
}

/* Of the first `longs` words those up to the last one that is in use. */
static unsigned words_used(const struct fdarray *a, unsigned longs)
{
	while (longs > 1 && !a->open[longs - 1])
		longs--;
	return longs;
}

/* Slots to copy: up to the last one in use, or up to the last one before `but` when nothing in use is behind that. */
static unsigned array_used_size(const struct fdarray *a, const struct fd_range *but)
{
	unsigned longs = words_used(a, a->size / BITS_PER_LONG), last = longs * BITS_PER_LONG - 1;
	unsigned long below;

	if (unlikely(but) && but->from <= last) {
		while (last > but->from && !bitmap_test(a->open, last))
			last--;
		if (but->to >= last) {
			longs = but->from / BITS_PER_LONG + 1;
			below = (1ul << but->from % BITS_PER_LONG) - 1;
			if (longs > 1 && !(a->open[longs - 1] & below))
				longs = words_used(a, longs - 1);
		}
	}
	return longs * BITS_PER_LONG;
}

struct fdtable *fdtable_copy(struct fdtable *from, const struct fd_range *but, int *err)
{
	struct fdtable *t = fdtable_alloc();
	bool locked;

	*err = -ENOMEM;
	if (!t)
		return NULL;
	for (;;) {
		unsigned size;

		locked = table_lock(from);
		size = array_used_size(from->array, but);
		if (size <= t->array->size)
			break;
		table_unlock(from, locked);
		if (size > slots_allowed())            /* it was higher when they were opened */
			*err = -EMFILE;
		if (*err == -EMFILE || array_replace(t, size - 1)) {
			if (t->array != &t->first)
				array_free(t->array);
			slab_free(table_cache, t);
			return NULL;
		}
	}
	table_fill(t, from, locked);
	table_unlock(from, locked);
	*err = 0;
	return t;
}

static void table_close_all(struct fdtable *t)
{
	struct fdarray *a = t->array;

	for (unsigned w = 0; w < a->size / BITS_PER_LONG; w++) {
		unsigned long used = a->open[w];

		while (used) {
			unsigned fd = w * BITS_PER_LONG + (unsigned)__builtin_ctzl(used);
			struct file *f = a->files[fd];

			used &= used - 1;
			a->files[fd] = NULL;
			if (f)
				close_file(f, t);
		}
	}
}

void fdtable_put(struct fdtable *t)
{
	if (!sole_leave(&t->users))
		return;
	/* No task refers to it any more: lookups of others went through task->files, under task->lock. */
	table_close_all(t);
	if (t->array != &t->first)
		array_free(t->array);
	slab_free(table_cache, t);
}

int fdtable_unshare(const struct fd_range *but)
{
	struct task *task = task_current();
	struct fdtable *old = task->files, *fresh;
	int err;

	if (sole_is(&old->users))
		return 0;
	fresh = fdtable_copy(old, but, &err);
	if (!fresh)
		return err;
	spin_lock(&task->lock);
	task->files = fresh;
	spin_unlock(&task->lock);
	fdtable_put(old);
	return 0;
}

void fdtable_init(void)
{
	table_cache = slab_cache_create("files_cache", sizeof(struct fdtable), CACHELINE);
}
