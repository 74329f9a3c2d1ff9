/* rw.h - reading and writing an opened file, for calls other than read(2) and its kind. */
#pragma once
#include <fs/file.h>

/* RWF_* of preadv2(2) as what u asks for. 0, -EOPNOTSUPP, -EINVAL. */
__must_check int rwf_set(struct uio *u, const struct file *f, int flags);
/*
 * Read or write u at *pos, which advances. f is open for it and has the operation. Counts and tells watchers as
 * read(2) does. Bytes, or what the operation says. May sleep.
 */
ssize_t file_move(struct file *f, struct uio *u, loff_t *pos, bool is_write);
