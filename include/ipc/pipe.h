/*
 * pipe.h - pipes and FIFOs.
 *
 * A pipe holds up to its size in bytes (64 KiB at first) in pages that are allocated as they are
 * needed. A FIFO's inode keeps its pipe in inode->priv while it is open.
 */
#pragma once
#include <fs/file.h>

struct pipe;
extern const struct file_ops fifo_ops;          /* both ends of pipes, and FIFOs (inode->fops NULL, S_IFIFO) */

/* pipe2(2): flags O_NONBLOCK, O_DIRECT (writes become packets). Results counted. 0, -ENFILE, -ENOMEM. */
__must_check int pipe_create(uint32_t flags, struct file **rd, struct file **wr);
static inline bool file_is_pipe(const struct file *f) { return f->ops == &fifo_ops; }
/* F_GETPIPE_SZ, F_SETPIPE_SZ. Size in bytes, -EBADF (no pipe), -EBUSY, -EPERM, -EINVAL, -ENOMEM. */
long pipe_get_size(struct file *f);
long pipe_set_size(struct file *f, unsigned long bytes);

/*
 * For splice(2) and tee(2). pipe_hold() waits for data and keeps other readers out until
 * pipe_unhold(), which takes `consumed` bytes out. Bytes held, 0 at the end, -EAGAIN, -ERESTARTSYS.
 */
ssize_t pipe_hold(struct file *f, bool may_wait);
void pipe_unhold(struct file *f, size_t consumed);
/* How far the holder has come: pieces, bytes of the one there, bytes of the ring. */
struct pipe_cursor { unsigned piece; size_t in_piece, in_ring; };
/* Bytes in one piece, at most a page; they may be those of a page that other owners write to. Else page is NULL. */
struct pipe_span { void *data; size_t len; struct page *page; };
/* What lies at the cursor, where a held byte is. */
void pipe_held_span(struct file *f, struct pipe_cursor *at, struct pipe_span *out);
static inline void pipe_cursor_advance(struct pipe_cursor *at, const struct pipe_span *s, size_t n)       /* n <= s->len */
{
	at->in_piece += n;
	at->in_ring += s->page ? 0 : n;
}
/*
 * Put spans with pages, whose references are the pipe's own, behind what it holds, as many as there are pages free; may
 * wait for the first. Bytes, -EPIPE with SIGPIPE, -EAGAIN, -ERESTARTSYS, -ENOMEM.
 */
ssize_t pipe_lend(struct file *f, const struct pipe_span *s, unsigned nr, bool may_wait);
/* As fifo_ops.write, but -EAGAIN rather than wait when !may_wait. */
ssize_t pipe_write(struct file *f, struct uio *u, bool may_wait);
/* Wait until a page fits: bytes of room, -EPIPE with SIGPIPE, -EAGAIN, -ERESTARTSYS. */
ssize_t pipe_wait_room(struct file *f, bool may_wait);

void ipc_init(void);                            /* bring-up, after file_init(): caches of pipes, eventfds, epolls */
