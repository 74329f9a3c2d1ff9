/*
 * vm_copy.c - process_vm_readv(2) and process_vm_writev: vectors, partial copies, rights, errors in order.
 */
#include "region.h"
#include <sys/uio.h>

static char *r;
static pid_t child;

static void copy(const char *what, pid_t pid, const struct iovec *l, unsigned long nl, const struct iovec *t, unsigned long nt, unsigned long flags)
{
	show(what, syscall(SYS_process_vm_readv, pid, l, nl, t, nt, flags));
}

int main(void)
{
	char buf[3 * PAGE], *edge = page_edge();
	struct iovec l[2] = { { buf, 10 }, { buf + 10, 10 } }, t[2], many[1030];

	r = region_rw(4);
	memset(r, 'p', 4 * PAGE);
	child = fork();
	if (child == 0) {
		memset(r, 'c', 4 * PAGE);
		r[0] = 'C';
		mprotect(r + PAGE, PAGE, PROT_READ);
		munmap(r + 3 * PAGE, PAGE);
		raise(SIGSTOP);
		say("child sees %c %c\n", r[5], r[2 * PAGE]);
		_exit(0);
	}
	waitpid(child, NULL, WUNTRACED);
	t[0] = (struct iovec){ r, 10 }, t[1] = (struct iovec){ r + PAGE, 10 };
	copy("read", child, l, 2, t, 2, 0);
	say("%c%c %c\n", buf[0], buf[1], buf[10]);
	copy("local shorter", child, l, 1, t, 2, 0);
	copy("remote shorter", child, l, 2, t, 1, 0);
	copy("no local", child, l, 0, t, 1, 0);
	copy("no remote", child, l, 1, t, 0, 0);
	copy("flags", child, l, 1, t, 1, 1);
	copy("too many", child, many, 1025, t, 1, 0);
	copy("too many remote", child, l, 1, many, 1025, 0);
	copy("bad vector", child, KERNEL_ADDRESS, 1, t, 1, 0);
	copy("bad remote vector", child, l, 1, KERNEL_ADDRESS, 1, 0);
	copy("no such process", 99999, l, 1, t, 1, 0);
	copy("no such process, nothing to do", 99999, l, 0, t, 1, 0);
	copy("pid 0", 0, l, 1, t, 1, 0);
	copy("itself", getpid(), l, 1, t, 1, 0);
	t[0] = (struct iovec){ r + 2 * PAGE + 100, PAGE }, l[0] = (struct iovec){ buf, PAGE };
	copy("into a hole", child, l, 1, t, 1, 0);
	t[0] = (struct iovec){ r + 3 * PAGE, PAGE };
	copy("from a hole", child, l, 1, t, 1, 0);
	t[0] = (struct iovec){ KERNEL_ADDRESS, PAGE };
	copy("kernel address", child, l, 1, t, 1, 0);
	t[0] = (struct iovec){ r, -1ul };
	copy("negative length", child, l, 1, t, 1, 0);
	t[0] = (struct iovec){ r, 100 }, l[0] = (struct iovec){ edge - 10, 20 };
	copy("local ends early", child, l, 1, t, 1, 0);
	l[0] = (struct iovec){ "w", 1 }, t[0] = (struct iovec){ r + 5, 1 };
	show("write", syscall(SYS_process_vm_writev, child, l, 1, t, 1, 0));
	t[0] = (struct iovec){ r + PAGE, 1 };
	show("write to a read-only page", syscall(SYS_process_vm_writev, child, l, 1, t, 1, 0));
	kill(child, SIGCONT);
	waitpid(child, NULL, 0);
	if (!setuid(1000))
		copy("without the right", getppid(), l, 1, t, 1, 0);
	copy("without the right, own", getpid(), l, 1, t, 1, 0);
	return 0;
}
