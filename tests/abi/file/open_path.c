/*
 * open_path.c - O_PATH: which calls take such a descriptor, and what the others answer.
 */
#include "../show.h"
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/xattr.h>
#include <poll.h>
#include <sys/epoll.h>

int main(void)
{
	struct stat st;
	struct statfs sf;
	struct pollfd pf;
	struct epoll_event ev = { EPOLLIN, { 0 } };
	char b[16], path[40];
	int fd, dir, n;

	mkdir("d", 0755);
	close(open("d/f", O_CREAT | O_WRONLY, 0644));
	symlink("d/f", "s");
	fd = open("d/f", O_PATH | O_RDWR | O_TRUNC | O_CREAT | O_CLOEXEC, 0600);
	dir = open("d", O_PATH);
	show("getfl", fcntl(fd, F_GETFL));
	show("getfd", fcntl(fd, F_GETFD));
	show("read", read(fd, b, 1));
	show("write", write(fd, b, 1));
	show("read with a bad pointer", syscall(SYS_read, fd, KERNEL_ADDRESS, 1));
	show("fstat", fstat(fd, &st));
	show("fstatfs", fstatfs(fd, &sf));
	show("fchmod", syscall(SYS_fchmod, fd, 0600));
	show("fchown", syscall(SYS_fchown, fd, 0, 0));
	show("ftruncate", ftruncate(fd, 0));
	show("fallocate", fallocate(fd, 0, 0, 10));
	show("ioctl", syscall(SYS_ioctl, fd, FIONREAD, &n));
	show("setfl", fcntl(fd, F_SETFL, O_APPEND));
	show("lock", fcntl(fd, F_SETLK, &(struct flock){ .l_type = F_RDLCK }));
	show("flock", flock(fd, LOCK_SH));
	show("dup", close(dup(fd)));
	show("getown", fcntl(fd, F_GETOWN));
	show("getlease", fcntl(fd, F_GETLEASE));
	show("getpipe", fcntl(fd, F_GETPIPE_SZ));
	show("getseals", fcntl(fd, F_GET_SEALS));
	show("fgetxattr", fgetxattr(fd, "user.x", b, 1));
	show("getdents", syscall(SYS_getdents64, dir, b, 16));
	show("fchdir", fchdir(dir));
	show("openat", close(openat(dir, "f", O_RDONLY)));
	show("fsync", fsync(fd));
	show("mmap", mmap(NULL, 1, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED ? -1 : 0);
	pf = (struct pollfd){ fd, POLLIN, 0 };
	show("poll", poll(&pf, 1, 0));
	say("revents %#x\n", pf.revents);
	show("epoll", epoll_ctl(epoll_create1(0), EPOLL_CTL_ADD, fd, &ev));
	show("fstatat empty", fstatat(fd, "", &st, AT_EMPTY_PATH));
	show("fchownat empty", fchownat(fd, "", 0, 0, AT_EMPTY_PATH));
	show("faccessat empty", syscall(SYS_faccessat2, fd, "", R_OK, AT_EMPTY_PATH));
	show("linkat empty", linkat(fd, "", AT_FDCWD, "g", AT_EMPTY_PATH));
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	show_ok("reopen", open(path, O_RDWR));
	fd = open("../s", O_PATH | O_NOFOLLOW);
	show("of a link", fstat(fd, &st));
	say("type %o\n", st.st_mode & S_IFMT);
	show("readlinkat empty", readlinkat(fd, "", b, 16));
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	show("reopen a link", open(path, O_RDONLY));
	show("other flags ignored", open("f", O_PATH | O_EXCL | O_APPEND) >= 0 ? 0 : -1);
	show("O_PATH and O_DIRECTORY", open("f", O_PATH | O_DIRECTORY));
	return 0;
}
