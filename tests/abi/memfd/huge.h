/* huge.h - files of huge pages, from pools that are empty. */
#ifndef HUGE_H
#define HUGE_H
#include "../show.h"
#include <setjmp.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#define HUGE (2ul << 20)
#define MFD_HUGE 4u
#define SIZE_2M (21u << 26)
#define SIZE_1G (30u << 26)

static inline int huge_create(unsigned flags) { return syscall(SYS_memfd_create, "huge", MFD_HUGE | flags); }

static inline void show_file(const char *what, int fd)
{
	struct stat st;
	struct statfs f;

	fstat(fd, &st);
	fstatfs(fd, &f);
	say("%s: mode %o size %ld blksize %ld blocks %ld; type %#lx bsize %ld frsize %ld blocks %lu files %lu\n", what, st.st_mode, st.st_size,
	    st.st_blksize, st.st_blocks, (long)f.f_type, (long)f.f_bsize, (long)f.f_frsize, f.f_blocks, f.f_files);
}

static sigjmp_buf touch_back;
static volatile int touch_signal, touch_code;
static char *volatile touch_address;
static void on_touch(int sig, siginfo_t *i, void *context)
{
	touch_signal = sig;
	touch_code = i->si_code;
	touch_address = i->si_addr;
	siglongjmp(touch_back, 1);
}

/* Read or write a byte. */
static inline void touch(const char *what, char *p, bool write)
{
	struct sigaction a = { .sa_sigaction = on_touch, .sa_flags = SA_SIGINFO };

	sigaction(SIGBUS, &a, NULL);
	sigaction(SIGSEGV, &a, NULL);
	if (sigsetjmp(touch_back, 1)) {
		say("%s: signal %d code %d at %ld\n", what, touch_signal, touch_code, (long)(touch_address - p));
		return;
	}
	if (write)
		*(volatile char *)p = 1;
	say("%s: %d\n", what, *(volatile char *)p);
}

/* mmap: "ok" with the alignment, or the error. */
static inline char *map(const char *what, void *at, size_t len, int prot, int flags, int fd, off_t off)
{
	char *p = mmap(at, len, prot, flags, fd, off);

	if (p == MAP_FAILED)
		say("%s: %s\n", what, errno_name(errno));
	else
		say("%s: ok%s%s\n", what, (uintptr_t)p & (HUGE - 1) ? ", odd" : "", at && p != at ? ", elsewhere" : "");
	return p;
}
#endif
