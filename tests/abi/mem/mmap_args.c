/*
 * mmap_args.c - mmap(2): which argument is looked at first, and what is said of bad ones.
 */
#include "region.h"

int main(void)
{
	int fd = temp_file("f", 100), dir = open(".", O_RDONLY), p[2], path = open("f", O_PATH);
	const size_t huge = 1ul << 47;

	(void)!pipe(p);
	try_map("anonymous", NULL, 1, RW, ANON, -1, 0);
	try_map("length 0", NULL, 0, RW, ANON, -1, 0);
	try_map("length 0, bad fd", NULL, 0, RW, MAP_PRIVATE, 99, 0);
	try_map("bad fd", NULL, 1, RW, MAP_PRIVATE, 99, 0);
	try_map("fd -1", NULL, 1, RW, MAP_PRIVATE, -1, 0);
	try_map("no type", NULL, 1, RW, MAP_ANONYMOUS, -1, 0);
	try_map("no type, file", NULL, 1, RW, 0, fd, 0);
	try_map("type 4", NULL, 1, RW, MAP_ANONYMOUS | 4, -1, 0);
	try_map("type 15", NULL, 1, RW, MAP_ANONYMOUS | 15, -1, 0);
	try_map("no type, length 0", NULL, 0, RW, MAP_ANONYMOUS, -1, 0);
	try_map("offset not aligned", NULL, 1, RW, MAP_PRIVATE, fd, 1);
	try_map("offset not aligned, bad fd", NULL, 1, RW, MAP_PRIVATE, 99, 1);
	try_map("offset not aligned, anonymous", NULL, 1, RW, ANON, -1, 1);
	try_map("offset of anonymous", NULL, 1, RW, ANON, -1, PAGE);
	try_map("offset beyond all", NULL, 2 * PAGE, RW, ANON, -1, -(long)PAGE);
	try_map("offset beyond the file", NULL, PAGE, RW, MAP_PRIVATE, fd, 16 * PAGE);
	try_map("negative offset of a file", NULL, PAGE, RW, MAP_PRIVATE, fd, -(long)PAGE);
	try_map("offset and length overflow", NULL, 2 * PAGE, RW, MAP_PRIVATE, fd, -(long)PAGE);
	try_map("largest offset", NULL, PAGE, RW, MAP_PRIVATE, fd, 0x7ffffffffffff000);
	try_map("length rounds to 0", NULL, -1ul, RW, ANON, -1, 0);
	try_map("length of the address space", NULL, huge, PROT_NONE, ANON | MAP_NORESERVE, -1, 0);
	try_map("length above it", NULL, huge + PAGE, PROT_NONE, ANON | MAP_NORESERVE, -1, 0);
	try_map("directory", NULL, PAGE, PROT_READ, MAP_PRIVATE, dir, 0);
	try_map("pipe", NULL, PAGE, PROT_READ, MAP_PRIVATE, p[0], 0);
	try_map("pipe, end to write", NULL, PAGE, PROT_READ, MAP_PRIVATE, p[1], 0);
	try_map("O_PATH", NULL, PAGE, PROT_READ, MAP_PRIVATE, path, 0);
	try_map("unknown protection", NULL, PAGE, 0x100 | PROT_READ, ANON, -1, 0);
	try_map("PROT_GROWSDOWN", NULL, PAGE, PROT_GROWSDOWN | PROT_READ, ANON, -1, 0);
	try_map("unknown flag", NULL, PAGE, RW, ANON | 1u << 31, -1, 0);
	try_map("MAP_STACK", NULL, PAGE, RW, ANON | MAP_STACK, -1, 0);
	try_map("MAP_DENYWRITE", NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_DENYWRITE, fd, 0);
	try_map("MAP_EXECUTABLE", NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_EXECUTABLE, fd, 0);
	try_map("MAP_NONBLOCK", NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_NONBLOCK, fd, 0);
	try_map("anonymous with a bad fd", NULL, PAGE, RW, ANON, 99, 0);
	try_map("MAP_32BIT", NULL, PAGE, RW, ANON | MAP_32BIT, -1, 0);
	return 0;
}
