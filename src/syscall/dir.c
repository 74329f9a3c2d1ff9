/*
 * dir.c - getdents64(2) and its older form: directory entries packed into user memory.
 *
 * An entry is copied whole or not at all; the d_off of an entry is where the next one stands, known
 * at once because file systems give it with the entry.
 */
#include <fs/file.h>
#include <fs/names.h>
#include <lib/string.h>
#include <syscall/define.h>

#define BATCH 512

/*
 * Entries are made in `batch` and copied out many at a time. `pos` is where a listing goes on behind the last entry that
 * was copied out: when a copy fails, the file's position goes back there.
 */
struct packer {
	struct dir_emitter emitter;
	char *at, *end;                         /* in the batch: the next entry, and up to where entries fit */
	uint64_t to;
	size_t left;                            /* room in user memory from `to` on */
	size_t done;                            /* bytes copied out */
	loff_t pos, last;                       /* last: of the newest entry in the batch */
	int error;
	char batch[BATCH];
};

#define NAME_OFFSET_NEW 19                      /* d_ino 8, d_off 8, d_reclen 2, d_type 1 */
#define NAME_OFFSET_OLD 18                      /* the type is the record's last byte     */

static_assert(BATCH >= NAME_OFFSET_NEW + NAME_MAX_LEN + 2 + 7, "a batch holds the longest entry");

static void batch_begin(struct packer *p)
{
	p->at = p->batch;
	p->end = p->batch + MIN(p->left, (size_t)BATCH);
}

/* A copy failed: entry by entry, up to the one that does it. */
static __noinline void batch_flush_slow(struct packer *p)
{
	const char *at = p->batch;
	uint16_t size;

	p->error = -EFAULT;
	for (; at < p->at; at += size) {
		memcpy(&size, at + 16, 2);
		if (user_copy_out(UADDR(p->to + p->done), at, size))
			break;
		memcpy(&p->pos, at + 8, 8);
		p->done += size;
	}
}

/* Copy out what the batch holds. */
static int batch_flush(struct packer *p)
{
	size_t size = (size_t)(p->at - p->batch);

	if (unlikely(user_copy_out(UADDR(p->to + p->done), p->batch, size))) {
		batch_flush_slow(p);
	} else {
		p->done += size;
		p->pos = p->last;
	}
	p->left -= size;
	batch_begin(p);
	return p->error;
}

/* Short copies of names: words, then what is left. */
static inline void name_copy(char *to, const char *from, size_t len)
{
	for (; len >= 8; len -= 8, to += 8, from += 8)
		__builtin_memcpy(to, from, 8);
	if (len & 4) {
		__builtin_memcpy(to, from, 4);
		to += 4;
		from += 4;
	}
	if (len & 2) {
		__builtin_memcpy(to, from, 2);
		to += 2;
		from += 2;
	}
	if (len & 1)
		*to = *from;
}

/* No room in the batch for the entry of `size` bytes: is there some once it is copied out? */
static __noinline bool pack_slow(struct packer *p, const char *name, size_t len, uint64_t ino, unsigned type, loff_t next_pos)
{
	if (len > NAME_MAX_LEN) {
		p->error = p->at == p->batch && !p->done ? -EIO : 0;
		return false;
	}
	if (p->at == p->batch) {
		p->error = p->done ? 0 : -EINVAL;
		return false;
	}
	return !batch_flush(p) && p->emitter.emit(&p->emitter, name, len, ino, type, next_pos);
}

static __always_inline bool pack(struct dir_emitter *e, const char *name, size_t len, uint64_t ino, unsigned type, loff_t next_pos, bool is_old)
{
	struct packer *p = container_of(e, struct packer, emitter);
	size_t at = is_old ? NAME_OFFSET_OLD : NAME_OFFSET_NEW, size = ALIGN_UP(at + len + 1 + is_old, 8);
	char *record = p->at;
	uint16_t size_word = (uint16_t)size;

	if (unlikely(len > NAME_MAX_LEN) || unlikely(size > (size_t)(p->end - record)))
		return pack_slow(p, name, len, ino, type, next_pos);
	__builtin_memset(record + size - 8, 0, 8);
	__builtin_memcpy(record, &ino, 8);
	__builtin_memcpy(record + 8, &next_pos, 8);
	__builtin_memcpy(record + 16, &size_word, 2);
	name_copy(record + at, name, len);
	record[is_old ? size - 1 : 18] = (char)type;
	p->at = record + size;
	p->last = next_pos;
	return true;
}

static bool pack_new(struct dir_emitter *e, const char *name, size_t len, uint64_t ino, unsigned type, loff_t next_pos)
{
	return pack(e, name, len, ino, type, next_pos, false);
}

static bool pack_old(struct dir_emitter *e, const char *name, size_t len, uint64_t ino, unsigned type, loff_t next_pos)
{
	return pack(e, name, len, ino, type, next_pos, true);
}

static long getdents(int fd, uaddr_t to, unsigned size, bool is_old)
{
	struct packer p;
	struct fd_ref r;
	struct file *f = fd_borrow(fd, &r);
	bool locked;
	int err;

	if (!f)
		return -EBADF;
	p.emitter.emit = is_old ? pack_old : pack_new;
	p.to = to.v;
	p.left = (int)size < 0 ? 0 : size;      /* no entry fits into what is taken as negative */
	p.done = 0;
	p.error = 0;
	batch_begin(&p);
	locked = refcount_read(&f->refs) > 1;
	if (locked)
		mutex_lock(&f->pos_lock);
	p.pos = f->pos;
	err = inode_is_dir(f->inode) ? file_readdir(f, &p.emitter) : -ENOTDIR;
	if (p.at != p.batch)
		(void)batch_flush(&p);
	if (unlikely(p.error == -EFAULT))
		f->pos = p.pos;
	if (locked)
		mutex_unlock(&f->pos_lock);
	fd_return(&r);
	if (p.done)
		return (long)p.done;
	return err ? err : p.error;
}

SYSCALL(getdents64, int fd, uaddr_t to, unsigned size) { return getdents(fd, to, size, false); }
SYSCALL(getdents, int fd, uaddr_t to, unsigned size) { return getdents(fd, to, size, true); }
