/*
 * limit: 120
 * full
 * calls on descriptors of files, swept (sweep.h).
 */
#include "file.h"

static const struct call calls[] = {
	{ "read", 0, V, "fd buf small" },
	{ "read.mem", 0, 0, "fewfd pbuf small" },
	{ "write", 1, D, "fd pbuf small" },
	{ "close", 3, D, "fd+bits" },
	{ "fstat", 5, V, "fd buf" },
	{ "lseek", 8, 0, "fd off int" },
	{ "pread64", 17, V, "fd pbuf small off" },
	{ "pwrite64", 18, D, "fd pbuf small off" },
	{ "readv", 19, 0, "fewfd iov iovcnt" },
	{ "writev", 20, D, "fewfd iov iovcnt" },
	{ "dup", 32, F, "fd" },
	{ "dup2", 33, D, "fd fd" },
	{ "dup3", 292, D, "fewfd fd bits" },
	{ "flock", 73, D, "fd int" },
	{ "fsync", 74, 0, "fd" },
	{ "fdatasync", 75, 0, "fd" },
	{ "ftruncate", 77, D, "fd off" },
	{ "getdents", 78, V, "fd pbuf len" },
	{ "getdents64", 217, V, "fd pbuf len" },
	{ "getcwd", 79, 0, "buf len" },
	{ "fchdir", 81, D, "fd" },
	{ "fchmod", 91, D, "fd 0,07777,-1" },
	{ "fchown", 93, D, "fd -1,0,65534 -1,0,65534" },
	{ "umask", 95, 0, "bits" },
	{ "fstatfs", 138, V, "fd buf" },
	{ "readahead", 187, 0, "fd off len" },
	{ "fsetxattr", 190, D, "fd xname xval 4,0,65537 0,1,2,3,4" },
	{ "fgetxattr", 193, 0, "fd xname pbuf 100,0,1,65537,-1" },
	{ "flistxattr", 196, 0, "fd pbuf 100,0,1,65537,-1" },
	{ "fremovexattr", 199, D, "fd xname" },
	{ "fadvise64", 221, 0, "fd off off int" },
	{ "utimensat.fd", 280, D, "fd 0 ts2 0,0x100,0x1000" },
	{ "fallocate", 285, D, "fewfd bits+3,0x11,0x21,0x41,9 0,1,4096,9000,0x7fffffffffffffff,0x8000000000000000,-1 0,1,4096,9000,0x7fffffffffffffff,0x8000000000000000,-1" },
	{ "preadv", 295, 0, "fewfd iov iovcnt off 0,1,-1" },
	{ "pwritev", 296, D, "fewfd iov iovcnt off 0,1,-1" },
	{ "preadv2", 327, 0, "fewfd iov iovcnt off 0 bits" },
	{ "pwritev2", 328, D, "fewfd iov iovcnt off 0 bits" },
	{ "sync_file_range", 277, 0, "fd off off int" },
	{ "copy_file_range", 326, D, "fewfd offp fewfd offp small 0,1,-1" },
	{ "sendfile", 40, D, "fd fd offp small" },
	{ "splice", 275, D, "fd offp fd offp small int" },
	{ "tee", 276, D, "fd fd small int" },
	{ "vmsplice", 278, D|V, "fd iov iovcnt int" },  /* Linux's pipe follows what is written to the pages later: one read into them is no fixed text */
	{ "syncfs", 306, 0, "fd" },
	{ "fcntl", 72, D, "fewfd nums+1024,1025,1026,1027,1028,1029,1030,1031,1032,1033,1034,1035,1036,1037,1038,1039,1040 int+buf" },
	{ "fcntl.all", 72, D|V, "fd 0,1,2,3,4,5,9,10,11,15,16,1024,1025,1026,1030,1031,1032,1033,1034,1035,1036 0,1,2,3,64,2048,0x4000,-1" },
	{ "fcntl.lock", 72, D|V, "fewfd 5,6,7,36,37,38 flock" },  /* pids of holders vary */
	{ "close_range", 436, D, "0,1,100,110,200,4000,0x7fffffff,0xffffffff,-1,0x100000064 0,1,100,110,200,4000,0x7fffffff,0xffffffff,-1 int" },
	{ "inotify_rm_watch", 255, 0, "fd int" },
	{ "inotify_init1", 294, F, "bits" },
	{ "ioctl.tty", 16, V, "fd 0x5401,0x5402,0x5405,0x5409,0x540b,0x540e,0x540f,0x5410,0x5411,0x5412,0x5413,0x5414,0x541b,0x5420,0x5421,0x5422,0x5423,0x5424,0x5425,0x5429,0x5450,0x5451,0x5452,0x5460,0x80045430,0x40045431,0x5441 buf" },
	{ "ioctl.fs", 16, V|D, "fd 0x1,0x2,0x5450,0x5451,0x5452,0x5421,0x541b,0x5460,0xc0045877,0xc0045878,0x80086601,0x40086602,0x8008581f,0xc020660b,0x40049409,0x4020940d,0xb701,0xb702,0xb703,0xb704,0x80045432,0x1260,0x80081272,0x0,-1 buf" },
};

int main(int argc, char **argv)
{
	values_make();
	file_values();
	return SWEEP(calls);
}
