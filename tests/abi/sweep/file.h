/*
 * file.h - values of arguments for calls on files: times, attributes, positions, locks.
 */
#ifndef SWEEP_FILE_H
#define SWEEP_FILE_H

#include "world.h"

static void file_values(void)
{
	PUT("utimbuf", "1,2", 1, 2);
	PUT("utimbuf", "min", 1ull << 63, 5);
	add_bad_pointers("utimbuf");
	PUT("tv2", "1,2", 1, 2, 3, 4);
	PUT("tv2", "1e6", 1, 1000000, 3, 4);
	PUT("tv2", "-1", 1, -1, 3, 4);
	PUT("tv2", "2nd", 1, 1, 3, 1000000);
	PUT("tv2", "neg", -5, 1, -3, 1);
	add_bad_pointers("tv2");
	PUT("ts2", "1,2", 1, 2, 3, 4);
	PUT("ts2", "now,now", 1, 0x3fffffff, 3, 0x3fffffff);
	PUT("ts2", "omit,omit", 1, 0x3ffffffe, 3, 0x3ffffffe);
	PUT("ts2", "omit,now", 1, 0x3ffffffe, 3, 0x3fffffff);
	PUT("ts2", "omit,2", 1, 0x3ffffffe, 3, 2);
	PUT("ts2", "omit,bad", 1, 0x3ffffffe, 3, 1000000000);
	PUT("ts2", "bad,omit", 1, -1, 3, 0x3ffffffe);
	add_bad_pointers("ts2");
	static const char *xn[] = { "user.a", "trusted.a", "security.a", "system.a", "user.", "user", "", "nothing.x", "security.capability", "security.selinux", "trusted.", "security." };
	for (unsigned i = 0; i < sizeof xn / sizeof *xn; i++)
		put_name("xname", xn[i], xn[i]);
	static char big[300];
	memset(big, 'x', 299);
	memcpy(big, "user.", 5);
	big[255] = 0;
	put_name("xname", "n255", big);
	big[255] = 'x', big[256] = 0;
	put_name("xname", "n256", big);
	add("xname", "edge", STR_EDGE + 4090);
	add("xname", "NULL", 0);
	add("xname", "kernel", 0xffff888000000000);
	put_name("xval", "val", "value");
	add("xval", "NULL", 0);
	add("xval", "edge", EDGE + 4094);
	add("xval", "kernel", 0xffff888000000000);
	put_name("missing-path", "new", "newname");
	put_name("missing-path", "new/", "newname/");
	put_name("missing-path", "own/new", "own/new");
	put_name("missing-path", "dir/new", "dir/new");
	put_name("missing-path", "romnt/new", "romnt/new");
	PUT("how", "0", 0, 0, 0, 0);
	PUT("how", "creat", 0101, 0644, 0, 0);
	PUT("how", "mode", 0, 0644, 0, 0);
	PUT("how", "badmode", 0101, 0200000, 0, 0);
	PUT("how", "flags", 1ull << 40, 0, 0, 0);
	PUT("how", "flags30", 1ull << 30, 0, 0, 0);
	PUT("how", "path", 010000000, 0, 0, 0);
	PUT("how", "path|creat", 010000100, 0, 0, 0);
	PUT("how", "tmpfile", 020200000 | 2, 0600, 0, 0);
	PUT("how", "tmpfile-ro", 020200000, 0600, 0, 0);
	PUT("how", "dir|creat", 0200100, 0600, 0, 0);
	for (int i = 0; i < 7; i++) {
		char n[8];
		snprintf(n, 8, "res%x", 1 << i);
		PUT("how", n, 0, 0, 1ull << i, 0);
	}
	PUT("how", "res18", 0, 0, 0x18, 0);
	PUT("how", "res28+creat", 0101, 0600, 0x28, 0);
	PUT("how", "extra", 0, 0, 0, 1);
	PUT("how", "res32", 0, 0, 1ull << 32, 0);
	add_bad_pointers("how");
	add("offp", "NULL", 0);
	PUT("offp", "0", 0);
	PUT("offp", "4", 4);
	PUT("offp", "9000", 9000);
	PUT("offp", "-1", -1);
	PUT("offp", "max", ~0ull >> 1);
	PUT("offp", "min", 1ull << 63);
	add("offp", "rdonly", RDONLY);
	add("offp", "bad", WRONLY_FREE);
	add("offp", "edge-4", EDGE + 4092);
	/* struct flock: type:16 whence:16 pad start len pid */
	PUT("flock", "w", 1, 0, 0, 0);
	PUT("flock", "r", 0, 0, 0, 0);
	PUT("flock", "u", 2, 0, 0, 0);
	PUT("flock", "type3", 3, 0, 0, 0);
	PUT("flock", "typeneg", 0xffff, 0, 0, 0);
	PUT("flock", "cur", 1 | 1 << 16, 5, 5, 0);
	PUT("flock", "end", 2 << 16, 5, 5, 0);
	PUT("flock", "whence3", 3 << 16, 5, 5, 0);
	PUT("flock", "neg", 1, -1, 5, 0);
	PUT("flock", "neglen", 1, 10, -5, 0);
	PUT("flock", "neglen11", 1, 10, -11, 0);
	PUT("flock", "over", 1, ~0ull >> 1, ~0ull >> 1, 0);
	PUT("flock", "over1", 1 | 1 << 16, ~0ull >> 1, 1, 0);
	PUT("flock", "end-over", 1 | 2 << 16, ~0ull >> 1, 1, 0);
	PUT("flock", "max", 1, ~0ull >> 1, 1, 0);
	PUT("flock", "max0", 1, ~0ull >> 1, 0, 0);
	PUT("flock", "min", 1, 1ull << 63, 0, 0);
	PUT("flock", "pid", 1, 0, 0, 7);
	PUT("flock", "lenmin", 1, 0, 1ull << 63, 0);
	add_bad_pointers("flock");
}

#endif
