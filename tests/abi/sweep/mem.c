/*
 * limit: 120
 * memory and shared segments, swept (sweep.h).
 */
#include "world.h"

static const struct call calls[] = {
	{ "mmap", 9, D|T|M, "maddr mlen prot mflags fd+-1 moff" },
	{ "mmap.fd", 9, D|M, "maddr mlen prot 1,2,3,0x11,0x12,0x8001,0x4002,0x100002,0x80003 fd+-1 moff" },
	{ "mmap.anon", 9, D|T|M, "maddr mlen prot+bits 0x22+mflags -1 0,4096" },
	{ "mprotect", 10, D|T|M, "maddr mlen prot+bits" },
	{ "munmap", 11, D|T|M, "maddr mlen" },
	{ "brk", 12, V|P|T, "0,1,4096,0xffffffffffffffff,0x7fffffffffff,0xffff800000000000" },
	{ "mremap", 25, D|T|M, "maddr mlen mlen bits+3,5,7 maddr" },
	{ "msync", 26, T|M, "maddr mlen bits+3,5,6,7" },
	{ "mincore", 27, V|T|M, "maddr mlen pbuf" },
	{ "madvise", 28, D|T|M, "maddr mlen nums+102" },
	{ "mlock", 149, D|T|M, "maddr mlen" },
	{ "munlock", 150, D|T|M, "maddr mlen" },
	{ "mlockall", 151, X|T, "bits+3,5,6,7" },
	{ "munlockall", 152, T, "0" },
	{ "mlock2", 325, D|T|M, "maddr mlen bits" },
	{ "memfd_create", 319, F|T, "mname 0,1,2,3,8,0x10,0x18,0x20,0x40,0x80000000,-1,0x100000000" },
	{ "process_vm_readv", 310, T|V, "pid iov iovcnt iov iovcnt bits" },
	{ "process_vm_writev", 311, T|V, "pid iov iovcnt iov iovcnt bits" },
	{ "membarrier", 324, X|T, "bits+nums 0,1,2 0,-1" },
	{ "remap_file_pages", 216, D|T|M, "maddr mlen 0,1 0 0" },
	{ "getrandom", 318, V|T, "buf 16,0,1,8,100 bits" },
	{ "shmget", 29, V|X|P|N, "0,1,0x1234 0,1,4096,1048576,0x10000000000,-1 bits+0x200,0x600,0x7ff,0x3b6" },
	{ "shmat", 30, V|D|N|P, "int maddr 0,1,010000,020000,040000,0100000" },
	{ "shmdt", 67, V|N, "maddr+pbuf" },
	{ "shmctl", 31, V|N|D, "int nums+256,257,258,259 pbuf" },
};

int main(int argc, char **argv)
{
	values_make();
	add("maddr", "map", MAPPED);
	add("maddr", "0", 0);
	add("maddr", "map+1", MAPPED + 1);
	add("maddr", "map+4096", MAPPED + 4096);
	add("maddr", "end", MAPPED + 8 * 4096);
	add("maddr", "end-4096", MAPPED + 7 * 4096);
	add("maddr", "hole", MAPPED + 0x100000);
	add("maddr", "4096", 4096);
	add("maddr", "65536", 65536);
	add("maddr", "kernel", 0xffff888000000000);
	add("maddr", "top", 0x7ffffffff000);
	add("maddr", "top-4096", 0x7fffffffe000);
	add("maddr", "nonc", 0x800000000000);
	add("maddr", "last", 0xfffffffffffff000);
	add("mlen", "4096", 4096);
	add("mlen", "8192", 8192);
	add("mlen", "0", 0);
	add("mlen", "1", 1);
	add("mlen", "4097", 4097);
	add("mlen", "64k", 65536);
	add("mlen", "2^47", 1ull << 47);
	add("mlen", "2^47-4096", (1ull << 47) - 4096);
	add("mlen", "2^63", 1ull << 63);
	add("mlen", "-4096", -4096ul);
	add("mlen", "-1", -1ul);
	for (unsigned i = 0; i < 8; i++) {
		char n[4] = { '0' + i };
		add("prot", n, i ^ 3);
	}
	add("prot", "8", 8);
	add("prot", "grows", 0x1000003);
	add("prot", "growsup", 0x2000003);
	add("prot", "grows,up", 0x3000003);
	add("prot", "0x10", 0x13);
	static const unsigned f[] = { 2, 0x22, 1, 0x21, 3, 0x23, 0, 0x20, 0x12, 0x32, 0x31, 0x33, 0x100022, 0x100032, 0x122, 0x121, 0x132, 0x42,
		0x62, 0x822, 0x1022, 0x2022, 0x4022, 0x8022, 0x10022, 0x20022, 0x80022, 0x80023, 0x80003, 0x200022, 0x400022,
		0x4000022, 0x4000003, 0x4000023, 0x40000022, 0x80000022 };
	for (unsigned i = 0; i < sizeof f / sizeof *f; i++) {
		char n[16];
		snprintf(n, 16, "%#x", f[i]);
		add("mflags", n, f[i]);
	}
	add("moff", "0", 0);
	add("moff", "1", 1);
	add("moff", "4096", 4096);
	add("moff", "2^63-4096", (1ull << 63) - 4096);
	add("moff", "2^63", 1ull << 63);
	add("moff", "-4096", -4096ul);
	put_name("mname", "x", "x");
	put_name("mname", "empty", "");
	static char big[300];
	memset(big, 'n', 249);
	put_name("mname", "n249", big);
	memset(big, 'n', 250);
	put_name("mname", "n250", big);
	add("mname", "NULL", 0);
	add("mname", "edge", STR_EDGE + 4090);
	add("mname", "edge256", STR_EDGE + 4096 - 249);
	return SWEEP(calls);
}
