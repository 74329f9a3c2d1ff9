/*
 * suid_write.c - what a write, a truncation, fallocate and a mapping by root and by others leave of set-user-ID bits.
 */
#include "../show.h"
#include <grp.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>

enum how { WRITE, WRITE_NOTHING, PWRITE, WRITEV, TRUNCATE, FTRUNCATE, FTRUNCATE_SAME, OPEN_TRUNC, FALLOCATE, PUNCH, SENDFILE, SPLICE, COPY, MAPPED, NR };

static void does(enum how how)
{
	struct iovec v = { "x", 1 };
	int fd = open("b", how == OPEN_TRUNC ? O_RDWR | O_TRUNC : O_RDWR), in = open("in", O_RDONLY), p[2];
	char *m;

	switch (how) {
	case WRITE: (void)!write(fd, "x", 1); break;
	case WRITE_NOTHING: (void)!write(fd, "x", 0); break;
	case PWRITE: (void)!pwrite(fd, "x", 1, 5); break;
	case WRITEV: (void)!writev(fd, &v, 1); break;
	case TRUNCATE: (void)!truncate("b", 2); break;
	case FTRUNCATE: (void)!ftruncate(fd, 2); break;
	case FTRUNCATE_SAME: (void)!ftruncate(fd, 8); break;
	case FALLOCATE: (void)!posix_fallocate(fd, 0, 100); break;
	case PUNCH: (void)!syscall(SYS_fallocate, fd, 3, 0, 4096); break;
	case SENDFILE: (void)!sendfile(fd, in, NULL, 3); break;
	case SPLICE: (void)!pipe(p), (void)!write(p[1], "x", 1), (void)!splice(p[0], NULL, fd, NULL, 1, 0); break;
	case COPY: (void)!copy_file_range(in, NULL, fd, NULL, 3, 0); break;
	case MAPPED:
		m = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		*m = 'x';
		break;
	default: break;
	}
}

static void run(const char *who, int uid)
{
	static const char *const names[NR] = { "write", "write nothing", "pwrite", "writev", "truncate", "ftruncate", "ftruncate same",
					       "O_TRUNC", "fallocate", "punch", "sendfile", "splice", "copy_file_range", "mapped" };
	static const int modes[] = { 06777, 06767, 02777, 02767, 04766 };

	for (int how = 0; how < NR; how++) {
		say("%s %s:", who, names[how]);
		for (unsigned i = 0; i < sizeof modes / sizeof *modes; i++) {
			struct stat st;
			int fd;

			unlink("b");
			fd = open("b", O_CREAT | O_RDWR, 0);
			(void)!write(fd, "12345678", 8);
			fchmod(fd, modes[i]);
			close(fd);
			if (!fork()) {
				if (uid)
					setgroups(0, NULL), setresgid(uid, uid, uid), setresuid(uid, uid, uid);
				does(how);
				_exit(0);
			}
			wait(NULL);
			stat("b", &st);
			say(" %o->%o", modes[i], st.st_mode & 07777);
		}
		say("\n");
	}
}

int main(void)
{
	int fd = open("in", O_CREAT | O_RDWR, 0644);

	(void)!write(fd, "abc", 3);
	close(fd);
	run("root", 0);
	run("user", 1000);
	return 0;
}
