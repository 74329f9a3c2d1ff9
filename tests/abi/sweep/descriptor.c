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
	{ "pwrite64", 18, D|H, "fd pbuf small off" },  /* seq files refuse a position first */
	{ "readv", 19, 0, "fewfd iov iovcnt" },
	{ "writev", 20, D|H, "fewfd iov iovcnt" },  /* room of a pipe; a counter */
	{ "dup", 32, F, "fd" },
	{ "dup2", 33, D, "fd fd" },
	{ "dup3", 292, D, "fewfd fd bits" },
	{ "flock", 73, D, "fd int" },
	{ "fsync", 74, 0, "fd" },
	{ "fdatasync", 75, 0, "fd" },
	{ "ftruncate", 77, D|H, "fd off" },  /* pidfd; a queue without O_LARGEFILE */
	{ "getdents", 78, V, "fd pbuf len" },
	{ "getdents64", 217, V, "fd pbuf len" },
	{ "getcwd", 79, 0, "buf len" },
	{ "fchdir", 81, D, "fd" },
	{ "fchmod", 91, D|H, "fd 0,07777,-1" },  /* pidfd */
	{ "fchown", 93, D|H, "fd -1,0,65534 -1,0,65534" },  /* pidfd */
	{ "umask", 95, 0, "bits" },
	{ "fstatfs", 138, V, "fd buf" },
	{ "readahead", 187, H, "fd off len" },  /* pidfd */
	{ "fsetxattr", 190, D|H, "fd xname xval 4,0,65537 0,1,2,3,4" },  /* pidfd, sockets */
	{ "fgetxattr", 193, H, "fd xname pbuf 100,0,1,65537,-1" },  /* pidfd, sockets */
	{ "flistxattr", 196, H, "fd pbuf 100,0,1,65537,-1" },  /* system.sockprotoname */
	{ "fremovexattr", 199, D|H, "fd xname" },  /* pidfd, sockets */
	{ "fadvise64", 221, 0, "fd off off int" },
	{ "utimensat.fd", 280, D|H, "fd 0 ts2 0,0x100,0x1000" },  /* pidfd */
	{ "fallocate", 285, D|H, "fewfd bits+3,0x11,0x21,0x41,9 0,1,4096,9000,0x7fffffffffffffff,0x8000000000000000,-1 0,1,4096,9000,0x7fffffffffffffff,0x8000000000000000,-1" },  /* EOPNOTSUPP of flags that do not go together */
	{ "preadv", 295, 0, "fewfd iov iovcnt off 0,1,-1" },
	{ "pwritev", 296, D, "fewfd iov iovcnt off 0,1,-1" },
	{ "preadv2", 327, H, "fewfd iov iovcnt off 0 bits" },  /* RWF_ATOMIC */
	{ "pwritev2", 328, D, "fewfd iov iovcnt off 0 bits" },
	{ "sync_file_range", 277, H, "fd off off int" },  /* pidfd */
	{ "copy_file_range", 326, D|H, "fewfd offp fewfd offp small 0,1,-1" },  /* order at the largest positions */
	{ "sendfile", 40, D|H, "fd fd offp small" },  /* order of checks of both files */
	{ "splice", 275, D, "fd offp fd offp small int" },
	{ "tee", 276, D, "fd fd small int" },
	{ "vmsplice", 278, D|H, "fd iov iovcnt int" },  /* sequence of a pipe */
	{ "syncfs", 306, 0, "fd" },
	{ "fcntl", 72, D|H, "fewfd nums+1024,1025,1026,1027,1028,1029,1030,1031,1032,1033,1034,1035,1036,1037,1038,1039,1040 int+buf" },  /* F_GETOWNER_UIDS, F_SET_RW_HINT */
	{ "fcntl.all", 72, D|V|H, "fd 0,1,2,3,4,5,9,10,11,15,16,1024,1025,1026,1030,1031,1032,1033,1034,1035,1036 0,1,2,3,64,2048,0x4000,-1" },  /* the same */
	{ "fcntl.lock", 72, D|H, "fewfd 5,6,7,36,37,38 flock" },  /* pids */
	{ "close_range", 436, D, "0,1,100,110,200,4000,0x7fffffff,0xffffffff,-1,0x100000064 0,1,100,110,200,4000,0x7fffffff,0xffffffff,-1 int" },
	{ "inotify_rm_watch", 255, 0, "fd int" },
	{ "inotify_init1", 294, F, "bits" },
	{ "ioctl.tty", 16, V|H, "fd 0x5401,0x5402,0x5405,0x5409,0x540b,0x540e,0x540f,0x5410,0x5411,0x5412,0x5413,0x5414,0x541b,0x5420,0x5421,0x5422,0x5423,0x5424,0x5425,0x5429,0x5450,0x5451,0x5452,0x5460,0x80045430,0x40045431,0x5441 buf" },  /* epoll and pidfd say EINVAL */
	{ "ioctl.fs", 16, V|D|H, "fd 0x1,0x2,0x5450,0x5451,0x5452,0x5421,0x541b,0x5460,0xc0045877,0xc0045878,0x80086601,0x40086602,0x8008581f,0xc020660b,0x40049409,0x4020940d,0xb701,0xb702,0xb703,0xb704,0x80045432,0x1260,0x80081272,0x0,-1 buf" },  /* FIGETBSZ, FICLONE, FS_IOC_GETFLAGS */
};

int main(int argc, char **argv)
{
	values_make();
	file_values();
	return SWEEP(calls);
}
