/* The notes: which, of whom, in which order; registers, names, signal, auxiliary vector, files. */
#include "core.h"
#include <sys/auxv.h>

static void crash(void *arg)
{
	prctl(PR_SET_NAME, "named");
	__asm__ volatile("mov $0x1111, %%rbx; mov $0x2222, %%r12; mov $0x3333, %%r13; mov $0x4444, %%r14; mov $0x5555, %%r15\n"
			 "mov $0x6666, %%r8; mov $0x7777, %%r9; mov $0x8888, %%rdi\n"
			 "mov $0x4045000000000000, %%rax; movq %%rax, %%xmm3\n"
			 "movl $7, (%%rdi)" ::: "memory", "rbx", "r12", "r13", "r14", "r15", "r8", "r9", "rdi", "rax", "xmm3");
	(void)arg;
}

static void files_show(const struct core *c)
{
	char exe[256], *name;
	size_t len;
	long *w = (long *)note_find(c, NT_FILE, 0, &len);
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	bool found = false;

	exe[n > 0 ? n : 0] = 0;
	say("page size %ld\n", w[1]);
	name = (char *)(w + 2 + 3 * w[0]);
	for (long i = 0; i < w[0]; i++) {
		bool mine = !strcmp(name, exe);
		struct core dummy = *c;

		if (mine && !found)
			say("the program: offset %ld, a segment begins there: %d\n", w[2 + 3 * i + 2],
			    segment_find(&dummy, (void *)w[2 + 3 * i]) && segment_find(&dummy, (void *)w[2 + 3 * i])->p_vaddr == (unsigned long)w[2 + 3 * i]);
		found |= mine;
		name += strlen(name) + 1;
	}
	say("names fill it: %d\n", name == (char *)w + len);
}

/* Is one of n words not zero? */
static int any(const void *words, int n)
{
	static const uint64_t zero[8];

	return !!memcmp(words, zero, n * 8);
}

int main(void)
{
	const char *owner;
	struct core c;
	Elf64_Nhdr n;
	size_t at = 0, len;

	status_show("crash", child(crash, NULL));
	if (!core_load(&c, "core"))
		return 1;
	say("type %d machine %d phentsize %d, notes behind headers: %d, align %ld\n", c.head->e_type, c.head->e_machine, c.head->e_phentsize,
	    c.ph[0].p_offset == sizeof(Elf64_Ehdr) + c.head->e_phnum * sizeof(Elf64_Phdr), (long)c.ph[0].p_align);
	while (note_next(&c, &at, &n, &owner)) {
		say("%s %#x", owner, n.n_type);
		if (n.n_type == NT_PRSTATUS || n.n_type == NT_PRPSINFO || n.n_type == NT_SIGINFO || n.n_type == NT_FPREGSET)
			say(" %u bytes", n.n_descsz);
		say("\n");
	}

	struct elf_prstatus *s = (void *)note_find(&c, NT_PRSTATUS, 0, NULL);
	unsigned long long *r = (unsigned long long *)s->pr_reg;
	say("signal %d cursig %d code %d errno %d fpvalid %d\n", s->pr_info.si_signo, s->pr_cursig, s->pr_info.si_code, s->pr_info.si_errno, s->pr_fpvalid);
	say("parent %d group %d session %d\n", s->pr_ppid == getpid(), s->pr_pgrp == getpgrp(), s->pr_sid == getsid(0));
	say("rbx %llx r12 %llx r13 %llx r14 %llx r15 %llx r8 %llx r9 %llx rdi %llx\n", r[5], r[3], r[2], r[1], r[0], r[9], r[8], r[14]);
	say("orig_rax %lld cs %llx ss %llx ds %llx\n", r[15], r[17], r[20], r[23]);
	say("rip in crash(): %d\n", r[16] - (unsigned long)crash < 200);

	struct elf_prpsinfo *p = (void *)note_find(&c, NT_PRPSINFO, 0, NULL);
	say("state %d sname %c zombie %d nice %d uid %u gid %u name %s\n", p->pr_state, p->pr_sname, p->pr_zomb, p->pr_nice, p->pr_uid, p->pr_gid, p->pr_fname);
	say("args end: %s\n", strrchr(p->pr_psargs, '/'));

	siginfo_t *i = (void *)note_find(&c, NT_SIGINFO, 0, NULL);
	say("siginfo %d code %d errno %d address %p\n", i->si_signo, i->si_code, i->si_errno, i->si_addr);

	unsigned long *a = (void *)note_find(&c, NT_AUXV, 0, &len);
	bool same = true;
	for (size_t k = 0; k + 1 < len / 8 && a[k]; k += 2)
		same = same && a[k + 1] == getauxval(a[k]);
	say("the same vector: %d\n", same);

	double *xmm = (double *)(note_find(&c, NT_FPREGSET, 0, NULL) + 160);
	say("xmm3 %g\n", xmm[6]);
	double *area = (double *)(note_find(&c, NT_X86_XSTATE, 0, &len) + 160);
	say("xmm3 %g, larger: %d\n", area[6], len > 512 + 64);
	say("software bytes: %d of the legacy part, legacy and AVX %d, others %d\n", any(xmm - 20 + 58, 6), (int)(((uint64_t *)area)[38] & 7), any(area - 20 + 59, 5));
	files_show(&c);
	return 0;
}
