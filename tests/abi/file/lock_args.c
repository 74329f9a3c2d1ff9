/*
 * lock_args.c - fcntl(2) locks: types, whence, ranges that overflow, access modes, descriptors that cannot be locked.
 */
#include "../show.h"

static void lk(const char *what, int fd, int cmd, short type, short whence, long start, long len)
{
	struct flock l = { .l_type = type, .l_whence = whence, .l_start = start, .l_len = len };
	long r = fcntl(fd, cmd, &l);

	if (r < 0)
		say("%s: %s\n", what, errno_name(errno));
	else if (cmd == F_GETLK || cmd == F_OFD_GETLK)
		say("%s: type %d whence %d %ld+%ld\n", what, l.l_type, l.l_whence, (long)l.l_start, (long)l.l_len);
	else
		say("%s: %ld\n", what, r);
}

int main(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0600), ro = open("f", O_RDONLY), wo = open("f", O_WRONLY), p[2], dir = open(".", O_RDONLY);
	const long max = 0x7fffffffffffffff;

	(void)!pipe(p), (void)!write(fd, "0123456789", 10);
	lk("bad type", fd, F_SETLK, 5, SEEK_SET, 0, 1);
	lk("bad type to get", fd, F_GETLK, 5, SEEK_SET, 0, 1);
	lk("F_UNLCK to get", fd, F_GETLK, F_UNLCK, SEEK_SET, 0, 1);
	lk("bad whence", fd, F_SETLK, F_RDLCK, 9, 0, 1);
	lk("negative start", fd, F_SETLK, F_RDLCK, SEEK_SET, -1, 1);
	lk("negative length", fd, F_SETLK, F_RDLCK, SEEK_SET, 5, -3);
	lk("negative length below 0", fd, F_SETLK, F_RDLCK, SEEK_SET, 2, -3);
	lk("from the end", fd, F_SETLK, F_RDLCK, SEEK_END, -2, 1);
	lk("before the start", fd, F_SETLK, F_RDLCK, SEEK_END, -11, 1);
	lk("from the position", fd, F_SETLK, F_RDLCK, SEEK_CUR, -10, 1);
	lk("largest", fd, F_SETLK, F_RDLCK, SEEK_SET, max, 1);
	lk("beyond the largest", fd, F_SETLK, F_RDLCK, SEEK_SET, max, 2);
	lk("overflow of the position", fd, F_SETLK, F_RDLCK, SEEK_CUR, max, 1);
	lk("whole", fd, F_SETLK, F_RDLCK, SEEK_SET, 0, max);
	lk("read-only, write lock", ro, F_SETLK, F_WRLCK, SEEK_SET, 0, 1);
	lk("read-only, read lock", ro, F_SETLK, F_RDLCK, SEEK_SET, 0, 1);
	lk("read-only, unlock", ro, F_SETLK, F_UNLCK, SEEK_SET, 0, 1);
	lk("read-only, get write", ro, F_GETLK, F_WRLCK, SEEK_SET, 0, 1);
	lk("write-only, read lock", wo, F_SETLK, F_RDLCK, SEEK_SET, 0, 1);
	lk("write-only, write lock", wo, F_SETLK, F_WRLCK, SEEK_SET, 0, 1);
	lk("pipe", p[0], F_SETLK, F_RDLCK, SEEK_SET, 0, 1);
	lk("directory", dir, F_SETLK, F_RDLCK, SEEK_SET, 0, 1);
	lk("bad fd", 99, F_SETLK, F_RDLCK, SEEK_SET, 0, 1);
	lk("waiting unlocks", fd, F_SETLKW, F_UNLCK, SEEK_SET, 0, 0);
	show("bad pointer", syscall(SYS_fcntl, fd, F_SETLK, KERNEL_ADDRESS));
	show("bad pointer to get", syscall(SYS_fcntl, fd, F_GETLK, NULL));
	lk("get nothing", fd, F_GETLK, F_WRLCK, SEEK_CUR, 3, 4);
	lk("OFD get nothing", fd, F_OFD_GETLK, F_WRLCK, SEEK_CUR, 3, 4);
	show("OFD with a pid", fcntl(fd, F_OFD_SETLK, &(struct flock){ .l_type = F_RDLCK, .l_pid = 1 }));
	show("OFD get with a pid", fcntl(fd, F_OFD_GETLK, &(struct flock){ .l_type = F_RDLCK, .l_pid = 1 }));
	lk("OFD read-only, write lock", ro, F_OFD_SETLK, F_WRLCK, SEEK_SET, 0, 1);
	lk("OFD F_UNLCK to get", fd, F_OFD_GETLK, F_UNLCK, SEEK_SET, 0, 1);
	return 0;
}
