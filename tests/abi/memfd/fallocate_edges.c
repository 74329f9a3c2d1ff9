/* fallocate_edges.c - fallocate(2) on a file of memory: ranges near the ends of numbers, and by signals. */
#include "../show.h"
#include <linux/falloc.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>

static int fd;

static void at(const char *what, int mode, off_t off, off_t len)
{
	struct stat st;

	show(what, syscall(SYS_fallocate, fd, mode, off, len));
	fstat(fd, &st);
	say("  size %lld, blocks %lld\n", (long long)st.st_size, (long long)st.st_blocks);
}

int main(void)
{
	fd = memfd_create("x", MFD_ALLOW_SEALING);
	at("no length", 0, 0, 0);
	at("negative", 0, -1, 5);
	at("beyond the end of numbers", 0, INT64_MAX - 4096, 8192);
	at("punch at the end of numbers", FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, INT64_MAX - 4096, 4096);
	at("punch all", FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, INT64_MAX);
	at("the last byte, kept", FALLOC_FL_KEEP_SIZE, INT64_MAX - 1, 1);
	at("the last byte punched", FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, INT64_MAX - 1, 1);
	at("punch without keep", FALLOC_FL_PUNCH_HOLE, 0, 4096);
	at("odd", 0, 4095, 2);
	at("again", 0, 4095, 2);
	show("size to the end of numbers", ftruncate(fd, INT64_MAX));
	at("the last page", 0, INT64_MAX - 4096, 4096);
	show("write at the end", pwrite(fd, "abc", 3, INT64_MAX - 2));
	show("write at the very end", pwrite(fd, "abc", 3, INT64_MAX));
	show("read at the end", pread(fd, (char[8]){ 0 }, 8, INT64_MAX - 3));
	show("hole", lseek(fd, 8192, SEEK_HOLE));
	show("truncate", ftruncate(fd, 0));
	at("grow", 0, 0, 3 * 4096);
	show("seal", fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
	at("within", 0, 0, 3 * 4096);
	at("beyond, sealed", 0, 0, 3 * 4096 + 1);
	at("beyond, kept, sealed", FALLOC_FL_KEEP_SIZE, 0, 3 * 4096 + 1);
	show("seal", fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_FUTURE_WRITE));
	at("punch, sealed", FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096);
	at("within, sealed", 0, 0, 4096);
	return 0;
}
