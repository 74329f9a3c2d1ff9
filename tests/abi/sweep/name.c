/*
 * limit: 120
 * full
 * calls on names, swept (sweep.h).
 */
#include "file.h"

static const struct call calls[] = {
	{ "open", 2, F, "path 0,1,2,3,0x10000,0x200000,0x210000,0x20000,0x400,0x410000,0x40,0xc0,0x41,0x200,0x201,0x800 0644" },
	{ "open.bits", 2, D|F, "fewpath bits 0,0644,07777,-1" },
	{ "stat", 4, V, "path buf" },
	{ "lstat", 6, V, "path buf" },
	{ "access", 21, 0, "path 0,1,2,4,7,8,-1" },
	{ "truncate", 76, D, "path off" },
	{ "chdir", 80, D, "path" },
	{ "rename", 82, D, "fewpath fewpath" },
	{ "rename.all", 82, D, "path missing-path" },
	{ "mkdir", 83, D, "path 0,0777,07777,-1" },
	{ "rmdir", 84, D, "path" },
	{ "creat", 85, D, "path 0,0644,07777" },
	{ "link", 86, D, "fewpath fewpath" },
	{ "unlink", 87, D, "path" },
	{ "symlink", 88, D, "fewpath fewpath" },
	{ "readlink", 89, 0, "path pbuf 100,0,1,-1,0x80000000" },
	{ "chmod", 90, D, "path 0,07777,-1" },
	{ "chown", 92, D, "path -1,0,65534,0x100000000 -1,0,65534" },
	{ "lchown", 94, D, "path -1,0,65534 -1,0,65534" },
	{ "utime", 132, D, "path utimbuf" },
	{ "mknod", 133, D, "fewpath 0,0644,010644,020644,040644,060644,0100644,0120644,0140644,0150644,-1 0,0x103,-1" },
	{ "statfs", 137, V, "path buf" },
	{ "chroot", 161, D, "path" },
	{ "setxattr", 188, D, "fewpath xname xval 4,0,1,65536,65537,-1 int" },
	{ "lsetxattr", 189, D, "fewpath xname xval 4,0,65537 0,1,2,3,4" },
	{ "getxattr", 191, 0, "path xname pbuf 100,0,1,65537,-1" },
	{ "lgetxattr", 192, 0, "fewpath xname pbuf 100,0,1,65537,-1" },
	{ "listxattr", 194, 0, "path pbuf 100,0,1,65537,-1" },
	{ "llistxattr", 195, 0, "path pbuf 100,0,1,65537,-1" },
	{ "removexattr", 197, D, "path xname" },
	{ "lremovexattr", 198, D, "path xname" },
	{ "utimes", 235, D, "path tv2" },
	{ "openat", 257, D|F, "dfd fewpath bits 0644" },
	{ "openat.all", 257, F, "dfd path 0,1,0x200000,0x10000,0x20000 0" },
	{ "mkdirat", 258, D, "dfd fewpath 0777" },
	{ "mknodat", 259, D, "dfd fewpath 0,010644,020644,040644,0140644 0" },
	{ "fchownat", 260, D, "dfd fewpath -1,0,65534 -1,65534 bits" },
	{ "futimesat", 261, D, "dfd fewpath tv2" },
	{ "newfstatat", 262, V, "dfd fewpath pbuf bits" },
	{ "unlinkat", 263, D, "dfd fewpath bits" },
	{ "renameat", 264, D, "dfd fewpath dfd fewpath" },
	{ "linkat", 265, D, "dfd fewpath dfd fewpath 0,0x400,0x1000,0x1400,1,2,0x200,0x800,-1" },
	{ "symlinkat", 266, D, "fewpath dfd fewpath" },
	{ "readlinkat", 267, 0, "dfd fewpath pbuf 100,0,1,-1" },
	{ "fchmodat", 268, D, "dfd fewpath 0,07777" },
	{ "faccessat", 269, 0, "dfd path 0,1,2,4,7,8" },
	{ "utimensat", 280, D, "dfd fewpath+0 ts2 bits" },
	{ "renameat2", 316, D, "dfd fewpath dfd fewpath bits+3,5,6" },
	{ "statx", 332, V, "dfd fewpath bits+0x6000 0,0x7ff,0xfff,0x80000000,-1 pbuf" },
	{ "openat2", 437, D|F, "dfd fewpath how 24,0,23,32,25,4096,4097,-1" },
	{ "faccessat2", 439, 0, "dfd fewpath 0,1,2,4,7,8 bits" },
	{ "fchmodat2", 452, D, "dfd fewpath 0,07777 bits" },
	{ "inotify_add_watch", 254, V, "fd fewpath 0,1,0xfff,0x1000000,0x2000000,0x4000000,0x10000000,0x20000000,0x30000000,0x40000000,0x80000000,-1,0x2000,0x4000,0x8000,0x10000" },
};

int main(int argc, char **argv)
{
	values_make();
	file_values();
	return SWEEP(calls);
}
