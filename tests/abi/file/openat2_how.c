/*
 * openat2_how.c - openat2(2): the size of how, bytes behind it, flags and modes that open(2) would ignore.
 */
#include "../show.h"
#include <linux/openat2.h>

static long o2(const char *path, const void *how, size_t size) { return syscall(SYS_openat2, AT_FDCWD, path, how, size); }

static void with(const char *what, uint64_t flags, uint64_t mode, uint64_t resolve)
{
	struct open_how how = { flags, mode, resolve };

	show_ok(what, o2("f", &how, sizeof how));
}

int main(void)
{
	struct { struct open_how how; uint64_t more[2]; } big = { { O_RDONLY, 0, 0 }, { 0, 0 } };
	char *edge = page_edge();
	static char huge[2 * PAGE];

	with("creates", O_RDWR | O_CREAT, 0600, 0);
	with("reads", O_RDONLY, 0, 0);
	with("mode without O_CREAT", O_RDONLY, 0600, 0);
	with("mode with odd bits", O_RDWR | O_CREAT, 010000, 0);
	with("mode beyond 32 bits", O_RDWR | O_CREAT, 1ull << 32, 0);
	with("unknown flag", O_RDONLY | 0x80000000u, 0, 0);
	with("flag beyond 32 bits", 1ull << 32, 0, 0);
	with("access mode 3", 3, 0, 0);
	with("O_PATH and O_RDWR", O_PATH | O_RDWR, 0, 0);
	with("O_PATH and O_CLOEXEC", O_PATH | O_CLOEXEC | O_NOFOLLOW, 0, 0);
	with("O_PATH and O_TRUNC", O_PATH | O_TRUNC, 0, 0);
	with("O_TMPFILE", O_TMPFILE, 0600, 0);
	with("O_CREAT and O_DIRECTORY", O_CREAT | O_DIRECTORY, 0600, 0);
	with("unknown resolve", O_RDONLY, 0, 0x40);
	with("resolve beyond 32 bits", O_RDONLY, 0, 1ull << 40);
	with("beneath and in root", O_RDONLY, 0, RESOLVE_BENEATH | RESOLVE_IN_ROOT);
	with("cached", O_RDONLY, 0, RESOLVE_CACHED);
	with("cached and O_TRUNC", O_RDWR | O_TRUNC, 0, RESOLVE_CACHED);
	with("cached and O_CREAT", O_RDWR | O_CREAT, 0600, RESOLVE_CACHED);
	show("size 0", o2("f", &big, 0));
	show("size 23", o2("f", &big, 23));
	show_ok("size 32", o2("f", &big, 32));
	show_ok("size 40", o2("f", &big, 40));
	big.more[1] = 1;
	show_ok("size 32, then a byte", o2("f", &big, 32));
	show("a byte too many", o2("f", &big, 40));
	show_ok("size of a page", o2("f", huge, PAGE));
	show("size beyond a page", o2("f", huge, PAGE + 1));
	show("bad how", o2("f", KERNEL_ADDRESS, sizeof big.how));
	show("how across the edge", o2("f", edge - 16, sizeof big.how));
	memset(edge - 24, 0, 24);
	show("rest across the edge", o2("f", edge - 24, 32));
	show("bad path", o2(KERNEL_ADDRESS, &big, 24));
	big.how.flags = 3 | 1ull << 40;
	show("bad path, bad flags", o2(KERNEL_ADDRESS, &big, 24));
	return 0;
}
