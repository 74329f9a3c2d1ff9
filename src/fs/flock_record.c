/*
 * flock_record.c - locks on ranges of files: POSIX records, and those of open file descriptions (OFD).
 *
 *   I1  records (POSIX, OFD) of one owner never overlap; adjacent ones of one type are merged; they stand
 *       together in the list, in order, so that F_GETLK tells of an owner's first one
 *   I2  memory is allocated before place->lock is taken: a set needs at most two new records
 * Locks: place->lock, see flock.c.   Context: task, may sleep when it waits.
 */
#include <task/process.h>
#include "flock_priv.h"

/* F_OFD_GETLK with F_UNLCK: the owner's own first record in the range. */
static struct file_lock *find_own_locked(struct inode *i, const struct file_lock *want)
{
	struct file_lock *l = *flock_list_of(i);

	while (l && (l->kind != KIND_RECORD || l->owner != want->owner || l->end < want->start || l->start > want->end))
		l = l->next;
	return l;
}

/* Where a record belongs: before its owner's first one behind it, else behind the owner's last, else at the list's end. */
static struct file_lock **record_place(struct inode *i, const struct file_lock *fresh)
{
	struct file_lock **at = flock_list_of(i), **behind = NULL;

	for (; *at; at = &(*at)->next) {
		if ((*at)->kind != fresh->kind || (*at)->owner != fresh->owner)
			continue;
		if ((*at)->start > fresh->start)
			return at;
		behind = &(*at)->next;
	}
	return behind ? behind : at;
}

/*
 * Make [fresh->start, fresh->end] of fresh->owner be of fresh->type; F_UNLCK removes. `fresh` and
 * `spare` are consumed or moved to *dead with what they replace. Nothing conflicts (checked).
 */
static void record_set_locked(struct lock_place *b, struct inode *i, struct file_lock *fresh, struct file_lock *spare, struct file_lock **dead)
{
	struct file_lock **at = flock_list_of(i);
	bool merged = false;

	while (*at) {
		struct file_lock *l = *at;
		bool same = l->type == fresh->type;
		/* Records of the same type also merge when they touch. */
		uint64_t from = same && fresh->start ? fresh->start - 1 : fresh->start;
		uint64_t to = same && fresh->end != UINT64_MAX ? fresh->end + 1 : fresh->end;

		if (l->kind != fresh->kind || l->owner != fresh->owner || l->end < from || l->start > to) {
			at = &l->next;
			continue;
		}
		if (same) {
			if (!merged)
				fresh->file = l->file;  /* the older one grows, as F_GETLK and /proc tell it */
			merged = true;
			fresh->start = MIN(fresh->start, l->start);
			fresh->end = MAX(fresh->end, l->end);
			flock_take_out(b, at, dead);
			continue;
		}
		if (l->start < fresh->start && l->end > fresh->end) {  /* cut in two */
			*spare = *l;
			spare->start = fresh->end + 1;
			flock_insert(b, spare, &l->next);
			l->end = fresh->start - 1;
			spare = NULL;
			break;
		}
		if (l->start < fresh->start)
			l->end = fresh->start - 1;
		else if (l->end > fresh->end)
			l->start = fresh->end + 1;
		else {
			flock_take_out(b, at, dead);
			continue;
		}
		at = &l->next;
	}
	if (spare) {
		spare->next = *dead;
		*dead = spare;
	}
	if (fresh->type == F_UNLCK) {
		fresh->next = *dead;
		*dead = fresh;
	} else {
		flock_insert(b, fresh, *flock_list_of(i) ? record_place(i, fresh) : flock_list_of(i));
	}
}

/* [l_start, l_start + l_len) relative to l_whence into an inclusive range. 0, -EINVAL, -EOVERFLOW. */
static int record_range(struct file *f, const struct flock64_k *l, uint64_t *start, uint64_t *end)
{
	int64_t base, from;

	switch (l->whence) {
	case SEEK_SET:
		base = 0;
		break;
	case SEEK_CUR:
		base = f->pos;
		break;
	case SEEK_END:
		base = (int64_t)load_relaxed(&f->inode->size);
		break;
	default:
		return -EINVAL;
	}
	if (__builtin_add_overflow(base, l->start, &from))
		return -EOVERFLOW;
	if (from < 0)
		return -EINVAL;
	*start = (uint64_t)from;
	*end = INT64_MAX;
	if (l->len > 0) {
		if (l->len - 1 > INT64_MAX - from)
			return -EOVERFLOW;
		*end = *start + (uint64_t)l->len - 1;
	} else if (l->len < 0) {
		if (from + l->len < 0)
			return -EINVAL;
		*end = *start - 1;
		*start = (uint64_t)(from + l->len);
	}
	return 0;
}

static int record_fill(struct file *f, const struct flock64_k *l, bool is_ofd, struct file_lock *out)
{
	if (l->type != F_RDLCK && l->type != F_WRLCK && l->type != F_UNLCK)
		return -EINVAL;
	if (is_ofd && l->pid)
		return -EINVAL;
	out->kind = KIND_RECORD;
	out->type = (int8_t)l->type;
	out->owner = is_ofd ? (void *)f : (void *)task_current()->files;
	out->pid = is_ofd ? -1 : process_current()->tgid;
	out->file = f;
	return record_range(f, l, &out->start, &out->end);
}

long flock_posix_get(struct file *f, struct flock64_k *l, bool is_ofd)
{
	struct lock_place *b = flock_place_find(f->inode);
	struct file_lock want, *by;
	int err;

	if (l->type == F_UNLCK && !is_ofd)
		return -EINVAL;
	err = record_fill(f, l, is_ofd, &want);
	if (err)
		return err;
	if (!b) {
		l->type = F_UNLCK;
		return 0;
	}
	spin_lock(&b->lock);
	by = l->type == F_UNLCK ? find_own_locked(f->inode, &want) : flock_find_conflict_locked(f->inode, &want);
	if (by) {
		l->type = by->type;
		l->whence = SEEK_SET;
		l->start = (int64_t)by->start;
		l->len = by->end == INT64_MAX ? 0 : (int64_t)(by->end - by->start + 1);
		l->pid = by->pid;
	} else {
		l->type = F_UNLCK;
	}
	spin_unlock(&b->lock);
	return 0;
}

long flock_posix_set(struct file *f, const struct flock64_k *l, bool is_ofd, bool may_wait)
{
	struct lock_place *b = flock_place_make(f->inode);
	struct file_lock *fresh = flock_alloc(), *spare = flock_alloc(), *dead = NULL;
	int err = -ENOLCK;

	if (!b || !fresh || !spare)
		goto free;
	err = record_fill(f, l, is_ofd, fresh);
	if (err)
		goto free;
	err = -EBADF;
	if ((l->type == F_RDLCK && !(f->mode & FILE_READ)) || (l->type == F_WRLCK && !(f->mode & FILE_WRITE)))
		goto free;
	err = flock_lock_free_of_conflict(b, f->inode, fresh, !is_ofd, may_wait);
	if (err)
		goto free;
	if (!is_ofd)
		flock_blocked_release_locked(f->inode, fresh->owner);
	b->told.changes++;
	record_set_locked(b, f->inode, fresh, spare, &dead);
	if (is_ofd)
		file_bits_change(&f->mode, 0, FILE_LOCKED);
	spin_unlock(&b->lock);
	waitq_wake_all(&b->waitq);
	flock_list_free(dead);
	return 0;
free:
	flock_list_free(fresh);
	flock_list_free(spare);
	return err;
}
