/* siginfo of faults: signal, code, address. */
#include "raw.h"
#include <setjmp.h>

static sigjmp_buf back;
static siginfo_t got;
static void *code_at;

static void handler(int sig, siginfo_t *si, void *u)
{
	ucontext_t *uc = u;

	(void)sig;
	got = *si;
	code_at = (void *)uc->uc_mcontext.gregs[REG_RIP];
	if (sig == SIGTRAP)
		uc->uc_mcontext.gregs[REG_EFL] &= ~0x100l;
	siglongjmp(back, 1);
}

static void tell(const char *what, void *expected)
{
	say("%s: signal %d code %d errno %d address %s\n", what, got.si_signo, got.si_code, got.si_errno,
	    got.si_addr == expected ? "as expected" : got.si_addr == code_at ? "of the instruction" : got.si_addr ? "another" : "0");
}
#define TRY(what, expected, ...) do { memset(&got, 0, sizeof got); if (!sigsetjmp(back, 1)) { __VA_ARGS__; } tell(what, expected); } while (0)

int main(void)
{
	char *edge = page_edge();
	char *ro = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *gone = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *file;
	int fd = (int)syscall(SYS_memfd_create, "f", 0);
	static const int sigs[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };

	for (int i = 0; i < 5; i++)
		on(sigs[i], handler, SA_SIGINFO, 0);
	munmap(gone, PAGE);
	(void)!ftruncate(fd, PAGE / 2);
	file = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	TRY("read unmapped", gone, *(volatile char *)gone);
	TRY("write unmapped", gone + 5, ((volatile char *)gone)[5] = 1);
	TRY("read PROT_NONE", edge, *(volatile char *)edge);
	TRY("write read-only", ro + 9, ((volatile char *)ro)[9] = 1);
	TRY("run no-exec", ro, ((void (*)(void))ro)());
	TRY("null", NULL, *(volatile char *)NULL);
	TRY("kernel address", KERNEL_ADDRESS, *(volatile char *)KERNEL_ADDRESS);
	TRY("non-canonical", NULL, *(volatile char *)NON_CANONICAL);
	TRY("word across the edge", edge, *(volatile uint64_t *)(edge - 3));
	TRY("behind the file", file + PAGE, ((volatile char *)file)[PAGE]);
	TRY("behind its end, same page", NULL, ((volatile char *)file)[PAGE - 1]);
	TRY("divide by zero", NULL, volatile int z = 0; volatile int q = 1 / z; (void)q);
	TRY("divide overflow", NULL, __asm__ volatile("mov $0x80000000, %%eax; cdq; mov $-1, %%ecx; idiv %%ecx" ::: "eax", "ecx", "edx"));
	TRY("ud2", NULL, __asm__ volatile("ud2"));
	TRY("hlt", NULL, __asm__ volatile("hlt"));
	TRY("cli", NULL, __asm__ volatile("cli"));
	TRY("in", NULL, __asm__ volatile("inb $0x80, %%al" ::: "al"));
	TRY("int3", NULL, __asm__ volatile("int3"));
	TRY("int $3", NULL, __asm__ volatile(".byte 0xcd, 3"));
	TRY("int $0x99", NULL, __asm__ volatile("int $0x99"));
	TRY("icebp", NULL, __asm__ volatile(".byte 0xf1"));
	TRY("single step", NULL, __asm__ volatile("pushfq; orl $0x100, (%%rsp); popfq; nop; nop" ::: "memory", "cc"));
	TRY("mov to ss", NULL, __asm__ volatile("mov %0, %%ss" :: "r"(0x1234)));
	TRY("misaligned movaps", NULL, __asm__ volatile("movaps (%0), %%xmm0" :: "r"(file + 1) : "xmm0"));
	TRY("sse divide", NULL, unsigned m = 0x1f80 & ~0x200u; double a = 1, b = 0;
	    __asm__ volatile("ldmxcsr %0; divsd %2, %1" :: "m"(m), "x"(a), "x"(b)));
	unsigned m = 0x1f80;
	__asm__ volatile("ldmxcsr %0" :: "m"(m));
	TRY("x87 divide", NULL, unsigned short cw = 0x37b;
	    __asm__ volatile("fldcw %0; fld1; fldz; fdivrp; fwait" :: "m"(cw)));
	TRY("raise", NULL, raise(SIGSEGV));
}
