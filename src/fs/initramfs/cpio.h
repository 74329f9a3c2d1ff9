/*
 * cpio.h - reading cpio archives of the "newc" form: pure functions over bytes in memory.
 *
 * An entry is a header of 110 characters (magic 070701, thirteen numbers of eight hexadecimal digits),
 * the terminated name padded to four bytes, and the data padded to four bytes. The entry TRAILER!!! ends
 * an archive; after it may follow zero bytes and another archive.
 */
#pragma once
#include <base/compiler.h>

struct cpio_entry {
	const char *name;                       /* terminated, inside the archive */
	uint32_t name_len;                      /* without the terminator         */
	const void *data;
	uint32_t data_len;
	uint32_t ino, mode, uid, gid, nlink, mtime, dev_major, dev_minor, rdev_major, rdev_minor;
};

/*
 * Read the entry at *offset and move *offset behind it. Zero padding between archives is skipped.
 * 1: an entry, 0: the end, once. A negative number: not an entry, and *why says what is wrong (the bytes may
 * end without TRAILER!!!, too); *offset stays at the fault and out->name is the name if it could be read, else NULL.
 */
int cpio_next(const void *archive, size_t len, size_t *offset, struct cpio_entry *out, const char **why);
