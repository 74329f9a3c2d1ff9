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

struct packer {
	struct dir_emitter emitter;
	uint64_t to;
	size_t left, done;
	bool is_old;
	int error;
};

#define NAME_OFFSET_NEW 19                      /* d_ino 8, d_off 8, d_reclen 2, d_type 1 */
#define NAME_OFFSET_OLD 18                      /* the type is the record's last byte     */

static bool pack(struct dir_emitter *e, const char *name, size_t len, uint64_t ino, unsigned type, loff_t next_pos)
{
	struct packer *p = container_of(e, struct packer, emitter);
	size_t at = p->is_old ? NAME_OFFSET_OLD : NAME_OFFSET_NEW;
	uint16_t size = (uint16_t)ALIGN_UP(at + len + 1 + p->is_old, 8);
	char record[ALIGN_UP(NAME_OFFSET_NEW + NAME_MAX_LEN + 2, 8)];

	if (len > NAME_MAX_LEN || size > p->left) {
		if (!p->done)
			p->error = len > NAME_MAX_LEN ? -EIO : -EINVAL;
		return false;
	}
	memset(record + at + len, 0, size - at - len);
	memcpy(record, &ino, 8);
	memcpy(record + 8, &next_pos, 8);
	memcpy(record + 16, &size, 2);
	memcpy(record + at, name, len);
	record[p->is_old ? size - 1 : 18] = (char)type;
	if (user_copy_out(UADDR(p->to), record, size)) {
		p->error = -EFAULT;
		return false;
	}
	p->to += size;
	p->left -= size;
	p->done += size;
	return true;
}

static long getdents(int fd, uaddr_t to, unsigned size, bool is_old)
{
	struct packer p = { { pack }, to.v, size, 0, is_old, 0 };
	struct fd_ref r;
	struct file *f = fd_borrow(fd, &r);
	bool locked;
	int err;

	if (!f)
		return -EBADF;
	locked = refcount_read(&f->refs) > 1;
	if (locked)
		mutex_lock(&f->pos_lock);
	err = inode_is_dir(f->inode) ? file_readdir(f, &p.emitter) : -ENOTDIR;
	if (locked)
		mutex_unlock(&f->pos_lock);
	fd_return(&r);
	if (p.done)
		return (long)p.done;
	return err ? err : p.error;
}

SYSCALL(getdents64, int fd, uaddr_t to, unsigned size) { return getdents(fd, to, size, false); }
SYSCALL(getdents, int fd, uaddr_t to, unsigned size) { return getdents(fd, to, size, true); }
