/*
 * odd.c - what a description cannot say: fork in all its forms, exec of good and broken images, touching memory,
 * instructions that trap, signal frames made of noise.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include "fuzz.h"

/* ---- memory ---- */

/* A read or write that may fault: the handler goes on at probe_out. */
__asm__(".globl probe_read\n.globl probe_write\n.globl probe_out\n"
	"probe_access:\n"
	"	test %esi, %esi\n"
	"	jnz probe_write\n"
	"probe_read:\n"
	"	movzbl (%rdi), %eax\n"
	"	ret\n"
	"probe_write:\n"
	"	movb %sil, (%rdi)\n"
	"	ret\n"
	"probe_out:\n"
	"	ret\n");
void probe_access(uint64_t address, int write);

static void touch(struct ctx *c)
{
	struct prog *p = c->p;

	for (unsigned n = 1 + below(c, 8); n; n--) {
		uint64_t at = p->nr_maps && !one_in(c, 6) ? p->maps[below(c, NELEM(p->maps))].addr + below(c, 16) * PAGE
							  : (uint64_t)p->arena + below(c, ARENA_PAGES) * PAGE;

		probe_access(at + below(c, PAGE), one_in(c, 2));
	}
}

/* ---- birth of tasks ---- */

static uint64_t clone_flags(struct ctx *c)
{
	static const uint64_t sets[] = {
		SIGCHLD, SIGCHLD, SIGCHLD, CLONE_FS | SIGCHLD, CLONE_FILES | SIGCHLD, CLONE_VM | SIGCHLD, CLONE_VM | CLONE_FILES | SIGCHLD, CLONE_VM | CLONE_SIGHAND,
		CLONE_VM | CLONE_VFORK | SIGCHLD, CLONE_PARENT | SIGCHLD, CLONE_UNTRACED | SIGCHLD, CLONE_SYSVSEM | SIGCHLD, CLONE_IO | SIGCHLD, CLONE_PARENT_SETTID | SIGCHLD,
		CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGCHLD, CLONE_PTRACE | SIGCHLD, CLONE_NEWIPC | SIGCHLD, CLONE_NEWUSER | SIGCHLD, CLONE_PIDFD | SIGCHLD, 0,
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM,
		CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_CHILD_CLEARTID,
	};
	uint64_t f = sets[below(c, NELEM(sets))];

	if (one_in(c, 10))
		f |= 1ul << below(c, 33);
	if (one_in(c, 20))
		f = rnd(c) & 0xffffffff;
	return f & ~(uint64_t)CLONE_SETTLS;
}

struct clone3_args { uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup; };

/* clone3 with noise: what it makes shares our stack or has its own; only plain forks are let through. */
static long noisy_clone3(struct ctx *c)
{
	struct clone3_args a = { .flags = 1ul << below(c, 40), .exit_signal = below(c, 70) };
	uint64_t args[6] = { (uint64_t)&a, one_in(c, 3) ? below(c, 200) : sizeof a };

	if (a.flags & CLONE_VM)
		a.flags = CLONE_VM | CLONE_THREAD;                       /* wants CLONE_SIGHAND: an error */
	if (one_in(c, 3))
		((uint64_t *)&a)[1 + below(c, 10)] = arg_make(c, &(struct arg){ .kind = K_LONG });
	a.stack = a.stack_size = 0;
	return call_raw(c, SYS_clone3, args);
}

static void fork_some(struct ctx *c)
{
	struct task_block b;
	uint64_t flags = clone_flags(c);
	long pid;

	if (c->depth > 2 || c->p->single)
		return;
	if (!task_block_make(c, &b))
		return;
	b.ctx->budget = 2 + (int)below(c, 30);
	if (one_in(c, 4)) {
		pid = noisy_clone3(c);
		if (!pid)
			task_main(b.ctx);
	} else {
		uint64_t where = arg_make(c, &(struct arg){ .kind = K_OUT }), there = arg_make(c, &(struct arg){ .kind = K_OUT });

		c->slot->inside = SYS_clone + 1;
		c->slot->args[0] = flags;
		pid = clone_task(flags, b.stack_top, (void *)where, (void *)there, 0, task_main, b.ctx);
		c->slot->inside = 0;
		call_count(c, SYS_clone, pid);
	}
	if (pid > 0)
		c->p->pids[c->p->nr_pids++ % NELEM(c->p->pids)] = (int)pid;
	if (!(flags & CLONE_VM))
		SYS(SYS_munmap, b.base, 17 * PAGE);
}

/* ---- exec ---- */

/* A program that is good or nearly so, in a file of the program's folder or without a name. */
static long image_make(struct ctx *c, const char **name)
{
	char data[2048];
	long from = SYS(SYS_open, one_in(c, 2) ? "/bin/busybox" : "/proc/self/exe", O_RDONLY), to, n;

	*name = one_in(c, 2) ? "x" : "y";
	to = one_in(c, 3) ? SYS(SYS_memfd_create, "x", 0) : SYS(SYS_open, *name, O_RDWR | O_CREAT | O_TRUNC, 0777);
	n = SYS(SYS_read, from, data, sizeof data);
	SYS(SYS_close, from);
	if (n == (long)sizeof data && one_in(c, 5))
		n = 1 + below(c, sizeof data);
	if (n > 0 && one_in(c, 4))
		n = (long)strlen(strcpy(data, one_in(c, 2) ? "#!/bin/busybox true\n" : one_in(c, 2) ? "#! y\n" : "#!x x x x"));
	for (unsigned k = below(c, 6); n > 0 && k; k--) {
		unsigned at = one_in(c, 2) ? below(c, 64) : below(c, 64 + 56 * 8);

		if (at + 8 <= (unsigned)n)
			switch (below(c, 4)) {
			case 0: data[at] ^= 1 << below(c, 8); break;
			case 1: *(uint64_t *)(data + (at & ~7u)) = arg_make(c, &(struct arg){ .kind = K_OFF }); break;
			case 2: *(uint32_t *)(data + (at & ~3u)) = (uint32_t)rnd(c); break;
			default: *(uint16_t *)(data + (at & ~1u)) = (uint16_t)below(c, 64);
			}
	}
	SYS(SYS_write, to, data, n > 0 ? n : 0);
	if (one_in(c, 2))
		SYS(SYS_ftruncate, to, 64 * PAGE);
	return to;
}

static void exec_some(struct ctx *c)
{
	static char big[3000];
	const char *name = "x", *argv[40] = { "busybox", "true" }, *envp[3] = { "A=b" };
	uint64_t args[6] = { 0 };
	long fd = -1;

	if (c->p->single || (!one_in(c, 6) && !child_fork(c)))
		return;
	switch (below(c, 6)) {
	case 0: name = "/bin/busybox"; break;
	case 1:
		name = "/proc/self/exe";
		argv[0] = "fuzz", argv[1] = "leaf";
		break;
	case 2:
		memset(big, 'b', sizeof big - 1);
		for (unsigned i = 2, n = below(c, 36); i < n; i++)
			argv[i] = big;
		/* fallthrough */
	default:
		fd = image_make(c, &name);
	}
	args[0] = (uint64_t)name;
	args[1] = one_in(c, 20) ? arg_make(c, &(struct arg){ .kind = K_OUT }) : (uint64_t)argv;
	args[2] = one_in(c, 20) ? arg_make(c, &(struct arg){ .kind = K_OUT }) : (uint64_t)envp;
	if (fd >= 0 && one_in(c, 2)) {
		uint64_t at[6] = { (uint64_t)fd, (uint64_t)"", args[1], args[2], AT_EMPTY_PATH };

		call_raw(c, SYS_execveat, at);
	} else {
		if (fd >= 0)
			SYS(SYS_close, fd);                              /* else: text busy */
		call_raw(c, SYS_execve, args);
	}
	if (!c->budget)
		task_exit(c);
}

/* ---- instructions ---- */

static void instruction(struct ctx *c)
{
	uint64_t v = arg_make(c, &(struct arg){ .kind = K_LONG });
	uint16_t sel = (uint16_t)(one_in(c, 2) ? rnd(c) : below(c, 128));

	if (!child_fork(c))                                              /* most end the process */
		return;
	if (one_in(c, 2))
		for (int s = 1; s <= 64; s++) {
			struct { uint64_t handler, flags, restorer, mask; } def = { 0 };

			SYS(SYS_rt_sigaction, s, &def, 0, 8);
		}
	switch (below(c, 26)) {
	case 0: __asm__ volatile("ud2"); break;
	case 1: __asm__ volatile("hlt"); break;
	case 2: __asm__ volatile("int3"); break;
	case 3: __asm__ volatile("int $0x80" : : "a"(20) : "memory"); break;
	case 4: __asm__ volatile("cli"); break;
	case 5: __asm__ volatile("mov %0, %%ds" : : "r"(sel)); break;
	case 6: __asm__ volatile("mov %0, %%fs" : : "r"(sel)); break;
	case 7: __asm__ volatile("mov %0, %%gs" : : "r"(sel)); break;
	case 8: __asm__ volatile("mov %0, %%es" : : "r"(sel)); break;
	case 9: __asm__ volatile("mov %0, %%ss" : : "r"(sel)); break;
	case 10: __asm__ volatile("push %0\n popf" : : "r"(rnd(c)) : "memory", "cc"); break;
	case 11: __asm__ volatile("xor %%edx, %%edx\n div %0" : : "r"(0ul), "a"(1ul) : "rdx"); break;
	case 12: __asm__ volatile("sysenter"); break;
	case 13: __asm__ volatile("mov %0, %%rsp\n push %%rax" : : "r"(v)); break;
	case 14: __asm__ volatile("jmp *%0" : : "r"(v)); break;
	case 15: __asm__ volatile("wrgsbase %0" : : "r"(v)); break;
	case 16: __asm__ volatile("wrfsbase %0" : : "r"(v)); break;
	case 17: __asm__ volatile("int $0xff"); break;
	case 18: __asm__ volatile("in $0x60, %%al" : : : "rax"); break;
	case 19: __asm__ volatile("mov %%cr3, %0" : "=r"(v)); break;
	case 20: __asm__ volatile("mov %0, %%rsp\n int3" : : "r"(v)); break;
	case 21: __asm__ volatile("mov %0, %%rsp\n mov $39, %%eax\n syscall\n ud2" : : "r"(v) : "rax", "rcx", "r11"); break;
	case 22: __asm__ volatile("push %0\n popf\n mov $39, %%eax\n syscall" : : "r"(rnd(c) | 0x40100) : "rax", "rcx", "r11", "memory", "cc"); break;
	case 23: { uint64_t mxcsr = 0; __asm__ volatile("ldmxcsr %0\n divps %%xmm0, %%xmm0" : : "m"(mxcsr)); break; }
	case 24: __asm__ volatile("lretl"); break;
	default: __asm__ volatile("push %0\n push %1\n lretq" : : "r"((uint64_t)sel), "r"(v));
	}
	SYS(SYS_exit_group, 0);
}

/* A signal frame that is noise on a sound base: %rsp at it, rt_sigreturn. In a child: it mostly dies. */
static void signal_return(struct ctx *c)
{
	static uint64_t frame[160] __attribute__((aligned(64)));

	if (!child_fork(c))
		return;
	for (unsigned i = 0; i < NELEM(frame); i++)
		frame[i] = one_in(c, 6) ? rnd(c) : one_in(c, 4) ? arg_make(c, &(struct arg){ .kind = K_LONG }) : 0;
	frame[18] = one_in(c, 2) ? 0x002b000000000033u : rnd(c);         /* selectors of a 64-bit task, or not */
	frame[16] = one_in(c, 2) ? (uint64_t)restorer : frame[16];
	if (one_in(c, 2))
		frame[23] = (uint64_t)(frame + 64) & (one_in(c, 4) ? -1ul : ~63ul);     /* the FPU's state */
	__asm__ volatile("mov %0, %%rsp\n mov $15, %%eax\n syscall\n ud2" : : "r"(frame) : "rax", "rcx", "r11", "memory");
}

/* ---- wishes across tasks ---- */

static void reap(struct ctx *c)
{
	int status;
	uint64_t args[6] = { -1ul, (uint64_t)&status, 0x40000001 /* __WALL | WNOHANG */, 0 };

	for (int i = 0; i < 4; i++)
		call_raw(c, SYS_wait4, args);
}

void odd_do(struct ctx *c)
{
	switch (below(c, 18)) {
	case 0: case 1: case 2: case 3: touch(c); break;
	case 4: case 5: case 6: fork_some(c); break;
	case 7: case 8: exec_some(c); break;
	case 9: instruction(c); break;
	case 10: signal_return(c); break;
	case 11: fds_make(c, 3); break;
	case 12: case 13: case 14: scene_do(c); break;
	default: reap(c);
	}
}
