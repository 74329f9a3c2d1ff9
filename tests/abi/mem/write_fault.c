/* write_fault.c - a write whose data cannot be read leaves nothing in the file. */
#include "region.h"
#include <sys/stat.h>

int main(void)
{
	char *r = region_rw(2);
	int fd = memfd_create("x", 0);
	struct stat st;

	munmap(r + PAGE, PAGE);
	show("size", ftruncate(fd, 16 * PAGE));
	show("nothing to read", pwrite(fd, r + PAGE, PAGE, 0));
	fstat(fd, &st);
	say("blocks %ld\n", (long)st.st_blocks);
	show("data", lseek(fd, 0, SEEK_DATA));
	show("100 bytes to read", pwrite(fd, r + PAGE - 100, 2 * PAGE, 4 * PAGE - 50));
	fstat(fd, &st);
	say("blocks %ld\n", (long)st.st_blocks);
	show("a whole page to read", pwrite(fd, r, 2 * PAGE, 8 * PAGE));
	fstat(fd, &st);
	say("blocks %ld\n", (long)st.st_blocks);
	show("beyond the end", pwrite(fd, r + PAGE, PAGE, 32 * PAGE));
	fstat(fd, &st);
	say("size %ld, blocks %ld\n", (long)st.st_size / (long)PAGE, (long)st.st_blocks);
	return 0;
}
