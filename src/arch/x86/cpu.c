/*
 * cpu.c - what the CPU offers, and its control registers.
 *
 * cpu_detect() runs once, on the boot CPU, before anything that depends on a
 * feature: it also fits the few patched instructions (STAC/CLAC, REP forms) to
 * the CPU while the kernel's text is still writable. All CPUs are taken to be
 * alike. cpu_init_this() then sets every CPU's registers the same way.
 */
#include "arch_priv.h"
#include "watch_priv.h"
#include <arch/irq.h>
#include <arch/percpu.h>
#include <lib/string.h>
#include <trace/klog.h>
#include <asm/hwcap2.h>
#include <asm/kvm_para.h>
#include <linux/kvm_para.h>

struct cpu_features cpu_features __ro_after_init;

/* ---- detection ---- */

static void detect_identity(struct cpu_features *f)
{
	struct cpuid l0 = cpuid(0, 0), l1 = cpuid(1, 0);
	unsigned base = l1.eax >> 8 & 15;

	memcpy(f->vendor, &l0.ebx, 4);
	memcpy(f->vendor + 4, &l0.edx, 4);
	memcpy(f->vendor + 8, &l0.ecx, 4);
	f->family = base + (base == 15 ? l1.eax >> 20 & 0xff : 0);
	f->model = (l1.eax >> 4 & 15) | (base == 6 || base == 15 ? (l1.eax >> 16 & 15) << 4 : 0);
	f->stepping = l1.eax & 15;
	f->hwcap = l1.edx;
}

static void detect_model_name(struct cpu_features *f)
{
	char *name = f->model_name;
	size_t lead = 0;

	for (unsigned i = 0; i < 3; i++) {
		struct cpuid r = cpuid(0x80000002 + i, 0);

		memcpy(name + 16 * i, &r, 16);
	}
	while (name[lead] == ' ')
		lead++;
	memmove(name, name + lead, sizeof f->model_name - lead);
	for (size_t n = strlen(name); n && name[n - 1] == ' ';)
		name[--n] = 0;
}

static void detect_basic(struct cpu_features *f, uint32_t max)
{
	struct cpuid l1 = cpuid(1, 0), l7 = { 0 }, ld = { 0 };

	if (max >= 7)
		l7 = cpuid(7, 0);
	if (max >= 0xd)
		ld = cpuid(0xd, 1);
	f->pge = l1.edx >> 13 & 1;
	f->pcid = l1.ecx >> 17 & 1;
	f->x2apic = l1.ecx >> 21 & 1;
	f->tsc_deadline = l1.ecx >> 24 & 1;
	f->xsave = l1.ecx >> 26 & 1;
	f->avx = f->xsave && (l1.ecx >> 28 & 1);
	f->rdrand = l1.ecx >> 30 & 1;
	f->hypervisor = l1.ecx >> 31;
	f->fsgsbase = l7.ebx & 1;
	f->hwcap2 = f->fsgsbase ? HWCAP2_FSGSBASE : 0;
	f->smep = l7.ebx >> 7 & 1;
	f->erms = l7.ebx >> 9 & 1;
	f->invpcid = l7.ebx >> 10 & 1;
	f->rdseed = l7.ebx >> 18 & 1;
	f->smap = l7.ebx >> 20 & 1;
	f->umip = l7.ecx >> 2 & 1;
	f->la57 = l7.ecx >> 16 & 1;
	f->rdpid = l7.ecx >> 22 & 1;
	f->fsrm = l7.edx >> 4 & 1;
	f->xsaveopt = f->xsave && (ld.eax & 1);
	f->xsaves = f->xsave && (ld.eax >> 3 & 1);
}

static void detect_extended(struct cpu_features *f)
{
	uint32_t max = cpuid(0x80000000, 0).eax;
	struct cpuid e1 = cpuid(0x80000001, 0);

	f->nx = e1.edx >> 20 & 1;
	f->page_1g = e1.edx >> 26 & 1;
	f->syscall_rdtscp = e1.edx >> 27 & 1;
	f->phys_bits = max >= 0x80000008 ? cpuid(0x80000008, 0).eax & 0xff : 36;
	f->tsc_invariant = max >= 0x80000007 && (cpuid(0x80000007, 0).edx >> 8 & 1);
	if (max >= 0x80000004)
		detect_model_name(f);
}

#define HYPERVISOR_LEAVES 0x40000000u

static void detect_kvm(struct cpu_features *f)
{
	struct cpuid base;
	uint32_t bits;

	if (!f->hypervisor)
		return;
	base = cpuid(HYPERVISOR_LEAVES, 0);
	f->kvm = base.ebx == 0x4b4d564b && base.ecx == 0x564b4d56 && base.edx == 0x4d;   /* KVMKVMKVM */
	if (!f->kvm)
		return;
	bits = cpuid(HYPERVISOR_LEAVES + 1, 0).eax;
	f->kvm_clock = bits >> 3 & 1;           /* the second, current pair of MSRs */
	f->kvm_pv_eoi = bits >> 6 & 1;
	f->kvm_pv_unhalt = bits >> KVM_FEATURE_PV_UNHALT & 1;
	f->kvm_pv_yield = bits >> KVM_FEATURE_PV_SCHED_YIELD & 1;
}

/* Each vendor has its own instruction; KVM would patch the wrong one, but our text is read-only. */
void cpu_yield_to(unsigned cpu)
{
	long result = KVM_HC_SCHED_YIELD;

	if (!cpu_features.kvm_pv_yield)
		return;
	if (!strcmp(cpu_features.vendor, "GenuineIntel"))
		__asm__ volatile("vmcall" : "+a"(result) : "b"((unsigned long)cpu_apic_id(cpu)) : "memory");
	else
		__asm__ volatile("vmmcall" : "+a"(result) : "b"((unsigned long)cpu_apic_id(cpu)) : "memory");
}

/* ---- instructions that depend on features ---- */

static void patch(uint8_t *at, const uint8_t *code, size_t len)
{
	for (size_t i = 0; i < len; i++)
		((volatile uint8_t *)at)[i] = code[i];
}

static void patch_text(void)
{
	static const uint8_t nop2[2] = { 0x66, 0x90 }, nop3[3] = { 0x0f, 0x1f, 0x00 };

	if (!cpu_features.smap)                 /* STAC and CLAC would be invalid */
		for (uint8_t *const *site = __smap_sites_start; site < __smap_sites_end; site++)
			patch(*site, nop3, sizeof nop3);
	if (cpu_features.erms) {                /* fall through the jump to the REP MOVSQ form */
		patch(usercopy_rep_site, nop2, sizeof nop2);
		patch(userzero_rep_site, nop2, sizeof nop2);
	}
	(void)cpuid(0, 0);                      /* serialises: no stale instruction is executed */
}

void cpu_detect(void)
{
	struct cpu_features *f = &cpu_features;

	detect_identity(f);
	detect_basic(f, cpuid(0, 0).eax);
	detect_extended(f);
	detect_kvm(f);
	patch_text();
}

uint32_t cpu_read_apic_id(void)
{
	if (cpuid(0, 0).eax >= 0xb) {
		struct cpuid r = cpuid(0xb, 0);

		if (r.ebx)
			return r.edx;
	}
	return cpuid(1, 0).ebx >> 24;
}

/* ---- registers of this CPU ---- */

void arch_set_percpu_base(uintptr_t base) { wrmsr(MSR_GS_BASE, base); }

static void control_registers_init(void)
{
	const struct cpu_features *f = &cpu_features;
	uint64_t cr0 = read_cr0(), cr4 = read_cr4();

	cr0 &= ~(X86_CR0_EM | X86_CR0_TS | X86_CR0_CD | X86_CR0_NW);   /* INIT leaves caches off */
	cr0 |= X86_CR0_MP | X86_CR0_NE | X86_CR0_WP | X86_CR0_AM;
	write_cr0(cr0);
	cr4 |= X86_CR4_OSFXSR | X86_CR4_OSXMMEXCPT | X86_CR4_MCE;
	cr4 &= ~(X86_CR4_TSD | X86_CR4_PCE);
	if (f->smep)
		cr4 |= X86_CR4_SMEP;
	if (f->smap)
		cr4 |= X86_CR4_SMAP;
	if (f->umip)
		cr4 |= X86_CR4_UMIP;
	if (f->fsgsbase)
		cr4 |= X86_CR4_FSGSBASE;
	write_cr4(cr4);
}

static void syscall_registers_init(void)
{
	/* SYSRET takes CS = base + 16, SS = base + 8, both with RPL 3; SYSCALL takes CS = 0x10, SS = 0x18. */
	wrmsr(MSR_STAR, (uint64_t)(USER_CS - 16) << 48 | (uint64_t)KERNEL_CS << 32);
	watch_init_cpu();
	wrmsr(MSR_LSTAR, (uintptr_t)syscall_entry);
	wrmsr(MSR_FMASK, X86_EFLAGS_TF | X86_EFLAGS_IF | X86_EFLAGS_DF | X86_EFLAGS_IOPL | X86_EFLAGS_NT | X86_EFLAGS_AC |
	      X86_EFLAGS_RF);
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE);
	if (cpu_features.syscall_rdtscp || cpu_features.rdpid)
		wrmsr(MSR_TSC_AUX, cpu_id());   /* what getcpu(2) tells without a system call */
}

void cpu_init_this(void)
{
	segments_init_this();
	control_registers_init();
	syscall_registers_init();
	wrmsr(MSR_KERNEL_GS_BASE, 0);
}

void cpu_init_boot(void)
{
	const struct cpu_features *f = &cpu_features;

	acpi_rebase();
	cpu_init_this();
	klog(KLOG_INFO, "cpu: %s, %u CPU%s,%s%s%s%s%s%s%s%s%s%s%s%s%s\n", f->model_name[0] ? f->model_name : f->vendor, nr_cpus,
	     nr_cpus == 1 ? "" : "s", f->nx ? " nx" : "", f->smep ? " smep" : "", f->smap ? " smap" : "", f->umip ? " umip" : "",
	     f->pcid ? " pcid" : "", f->fsgsbase ? " fsgsbase" : "", f->erms ? " erms" : "", f->page_1g ? " 1g" : "",
	     f->xsaveopt ? " xsaveopt" : f->xsave ? " xsave" : "", f->avx ? " avx" : "", f->x2apic ? " x2apic" : "",
	     f->tsc_deadline ? " deadline" : "", f->tsc_invariant ? " tsc" : "");
}

/* ---- small services ---- */

void cpu_halt_until_interrupt(void)
{
	/* STI takes effect after the next instruction: no interrupt comes between the two. */
	__asm__ volatile("sti; hlt" ::: "memory");
}

void cpu_stop_forever(void)
{
	for (;;)
		__asm__ volatile("cli; hlt" ::: "memory");
}

static bool rdseed(uint64_t *out)
{
	bool ok;

	__asm__ volatile("rdseed %0" : "=r"(*out), "=@ccc"(ok));
	return ok;
}

static bool rdrand(uint64_t *out)
{
	bool ok;

	__asm__ volatile("rdrand %0" : "=r"(*out), "=@ccc"(ok));
	return ok;
}

bool cpu_random_u64(uint64_t *out)
{
	for (unsigned i = 0; i < 10; i++) {
		if (cpu_features.rdseed && rdseed(out))
			return true;
		if (cpu_features.rdrand && rdrand(out))
			return true;
		if (!cpu_features.rdseed && !cpu_features.rdrand)
			return false;
		cpu_relax();
	}
	return false;
}
