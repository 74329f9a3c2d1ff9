/* arch_prctl(2), personality(2). */
#include "../show.h"
#include <asm/prctl.h>
#include <sys/personality.h>
#include <sys/utsname.h>

static long arch(int code, unsigned long addr) { return syscall(SYS_arch_prctl, code, addr); }
static unsigned long gs_word(void) { unsigned long v; __asm__ volatile("mov %%gs:0, %0" : "=r"(v)); return v; }

int main(void)
{
	static unsigned long cell = 0x1234;
	unsigned long fs = 0, gs = 0;
	char *edge = page_edge();
	struct utsname u;
	int status;

	show("unknown", arch(0x9999, 0));
	show("get gs", arch(ARCH_GET_GS, (unsigned long)&gs));
	say("%#lx\n", gs);
	show("set gs", arch(ARCH_SET_GS, (unsigned long)&cell));
	say("%#lx\n", gs_word());
	show("get gs", arch(ARCH_GET_GS, (unsigned long)&gs));
	judge("as set", gs == (unsigned long)&cell);
	if (!fork()) {
		say("a child: %#lx\n", gs_word());
		_exit(0);
	}
	wait(&status);
	show("get fs", arch(ARCH_GET_FS, (unsigned long)&fs));
	judge("points to itself", *(unsigned long *)fs == fs);
	show("get to nowhere", arch(ARCH_GET_FS, (unsigned long)edge));
	show("set gs to the kernel", arch(ARCH_SET_GS, (unsigned long)KERNEL_ADDRESS));
	show("set gs, not canonical", arch(ARCH_SET_GS, (unsigned long)NON_CANONICAL));
	show("set gs, the last page", arch(ARCH_SET_GS, (unsigned long)BELOW_NON_CANONICAL));
	show("cpuid faulting", arch(ARCH_GET_CPUID, 0));
	show("personality", syscall(SYS_personality, 0xffffffff));
	show("set ADDR_NO_RANDOMIZE", syscall(SYS_personality, ADDR_NO_RANDOMIZE));
	say("%#lx\n", syscall(SYS_personality, 0xffffffff));
	show("set UNAME26", syscall(SYS_personality, UNAME26) > 0 ? 0 : -1);
	uname(&u);
	say("release begins with %.4s\n", u.release);
	show("set PER_LINUX32", syscall(SYS_personality, PER_LINUX32) > 0 ? 0 : -1);
	uname(&u);
	say("machine %s\n", u.machine);
	show("set odd bits", syscall(SYS_personality, 0x1234567) > 0 ? 0 : -1);
	say("%#lx\n", syscall(SYS_personality, 0xffffffff));
	show("back", syscall(SYS_personality, PER_LINUX) > 0 ? 0 : -1);
}
