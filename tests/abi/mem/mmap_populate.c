/*
 * mmap_populate.c - which flags fault pages in at once: MAP_POPULATE, MAP_LOCKED, and what stops them.
 */
#include "region.h"

static void made(const char *what, int prot, int flags, int fd)
{
	unsigned char in[8] = { 0 };
	char *p = mmap(NULL, 8 * PAGE, prot, flags, fd, 0);
	unsigned n = 0;

	if (p == MAP_FAILED || mincore(p, 8 * PAGE, in)) {
		say("%s: %s\n", what, errno_name(errno));
		return;
	}
	for (unsigned i = 0; i < 8; i++)
		n += in[i] & 1;
	say("%s: %u of 8 pages\n", what, n);
	munmap(p, 8 * PAGE);
}

int main(void)
{
	int fd = temp_file("f", 5 * PAGE), sparse = open("s", O_RDWR | O_CREAT, 0600);

	(void)!ftruncate(sparse, 8 * PAGE);
	made("anonymous", RW, ANON, -1);
	made("anonymous, populate", RW, ANON | MAP_POPULATE, -1);
	made("anonymous, populate, read-only", PROT_READ, ANON | MAP_POPULATE, -1);
	made("anonymous, populate, none", PROT_NONE, ANON | MAP_POPULATE, -1);
	made("anonymous, populate and nonblock", RW, ANON | MAP_POPULATE | MAP_NONBLOCK, -1);
	made("anonymous, locked", RW, ANON | MAP_LOCKED, -1);
	made("anonymous, locked and nonblock", RW, ANON | MAP_LOCKED | MAP_NONBLOCK, -1);
	made("shared, populate", RW, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1);
	made("noreserve, populate", RW, ANON | MAP_NORESERVE | MAP_POPULATE, -1);
	made("short file", PROT_READ, MAP_SHARED, fd);
	made("short file, populate", PROT_READ, MAP_SHARED | MAP_POPULATE, fd);
	made("sparse file", PROT_READ, MAP_SHARED, sparse);
	made("sparse file, private, populate", RW, MAP_PRIVATE | MAP_POPULATE, sparse);
	made("sparse file, populate", RW, MAP_SHARED | MAP_POPULATE, sparse);
	return 0;
}
