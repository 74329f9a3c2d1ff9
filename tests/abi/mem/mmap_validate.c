/*
 * mmap_validate.c - MAP_SHARED_VALIDATE refuses flags that it does not know; MAP_SYNC; huge pages without a pool.
 */
#include "region.h"

#ifndef MAP_SYNC
#define MAP_SYNC 0x80000
#endif
#ifndef MAP_SHARED_VALIDATE
#define MAP_SHARED_VALIDATE 3
#endif
#define SIZE_2M (21 << 26)
#define SIZE_1G (30 << 26)
#define SIZE_64K (16 << 26)

int main(void)
{
	int fd = temp_file("f", PAGE);

	try_map("plain", NULL, PAGE, RW, MAP_SHARED_VALIDATE, fd, 0);
	try_map("MAP_POPULATE", NULL, PAGE, RW, MAP_SHARED_VALIDATE | MAP_POPULATE, fd, 0);
	try_map("MAP_SYNC", NULL, PAGE, RW, MAP_SHARED_VALIDATE | MAP_SYNC, fd, 0);
	try_map("MAP_SYNC, shared", NULL, PAGE, RW, MAP_SHARED | MAP_SYNC, fd, 0);
	try_map("unknown bit 21", NULL, PAGE, RW, MAP_SHARED_VALIDATE | 1 << 21, fd, 0);
	try_map("unknown bit 21, shared", NULL, PAGE, RW, MAP_SHARED | 1 << 21, fd, 0);
	try_map("MAP_FIXED_NOREPLACE", NULL, PAGE, RW, MAP_SHARED_VALIDATE | MAP_FIXED_NOREPLACE, fd, 0);
	try_map("bits of a size", NULL, PAGE, RW, MAP_SHARED_VALIDATE | SIZE_2M, fd, 0);
	try_map("anonymous", NULL, PAGE, RW, MAP_SHARED_VALIDATE | MAP_ANONYMOUS, -1, 0);
	try_map("anonymous, unknown bit", NULL, PAGE, RW, MAP_SHARED_VALIDATE | MAP_ANONYMOUS | 1 << 21, -1, 0);
	try_map("read-only file", NULL, PAGE, RW, MAP_SHARED_VALIDATE, open("f", O_RDONLY), 0);
	try_map("huge", NULL, 2 << 20, RW, ANON | MAP_HUGETLB, -1, 0);
	try_map("huge, 2M", NULL, 2 << 20, RW, ANON | MAP_HUGETLB | SIZE_2M, -1, 0);
	try_map("huge, 64K", NULL, 2 << 20, RW, ANON | MAP_HUGETLB | SIZE_64K, -1, 0);
	try_map("huge, shared", NULL, 2 << 20, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	try_map("huge, a page", NULL, PAGE, RW, ANON | MAP_HUGETLB, -1, 0);
	try_map("huge, length 0", NULL, 0, RW, ANON | MAP_HUGETLB, -1, 0);
	try_map("huge, file", NULL, 2 << 20, RW, MAP_PRIVATE | MAP_HUGETLB, fd, 0);
	try_map("huge, file, bad fd", NULL, 2 << 20, RW, MAP_PRIVATE | MAP_HUGETLB, 99, 0);
	return 0;
}
