/*
 * arch_priv.h - what the files of arch/x86 share: with each other and with assembly.
 */
#pragma once
#include <asm/regs.h>
#include <arch/cpu.h>
#include <arch/frame.h>
#include <arch/switch.h>
#include <mm/boot.h>
#include <percpu/percpu.h>

/* ---- vectors ---- */

enum trap_vector {
	TRAP_DE, TRAP_DB, TRAP_NMI, TRAP_BP, TRAP_OF, TRAP_BR, TRAP_UD, TRAP_NM, TRAP_DF, TRAP_OLD_MF,
	TRAP_TS, TRAP_NP, TRAP_SS, TRAP_GP, TRAP_PF, TRAP_MF = 16, TRAP_AC, TRAP_MC, TRAP_XM,
	NR_TRAPS = 32,
};
#define VECTOR_LEGACY   0x20                /* the 8259s, remapped and masked: spurious ones arrive here */
#define VECTOR_DEVICE   0x30                /* first vector for I/O APIC lines                           */
#define VECTOR_DEVICE_END 0xf0
#define VECTOR_XCALL    0xfb
#define VECTOR_RESCHED  0xfc
#define VECTOR_TIMER    0xfd
#define VECTOR_ERROR    0xfe
#define VECTOR_SPURIOUS 0xff                /* low four bits set, as old local APICs want                */
#define NR_VECTORS      256

/* ---- start.asm, ap.asm ---- */

void __noreturn boot_entry(unsigned protocol, uint32_t info);
void __noreturn ap_entry(void);
extern char boot_stack_guard[];
extern char ap_trampoline_start[], ap_trampoline_end[];

/* ---- segments.c: GDT, TSS, IDT ---- */

struct tss {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t reserved1;
	uint64_t ist[7];
	uint64_t reserved2;
	uint16_t reserved3, iomap_base;
} __packed;
static_assert(sizeof(struct tss) == 104, "64-bit TSS");

enum ist_slot { IST_NMI = 1, IST_DF, IST_MC, IST_DB, NR_IST = 4 };
#define IST_STACK_SIZE 8192ul

DECLARE_PERCPU(struct tss, cpu_tss);        /* own CPU: rsp[0] at every switch */

void idt_init_early(void);                  /* kernel exceptions only, on the current stack */
void segments_init_this(void);              /* GDT, TSS, IDT register of this CPU          */
/* Give a CPU that is not running exceptions on them its guarded stacks. 0 or -ENOMEM. */
__must_check int ist_stacks_alloc(unsigned cpu);

void boot_stack_protect(void);              /* unmap the guard page below the boot stack */

/* ---- entry.asm, trap.asm ---- */

void syscall_entry(void);
extern char trap_stubs[], trap_debug[], trap_nmi[], trap_double_fault[], trap_machine_check[];
#define TRAP_STUB_SIZE 16
void trap_handle(struct user_frame *f, unsigned vector);
void trap_handle_ist(struct user_frame *f, unsigned vector);
void irq_dispatch(struct user_frame *f, unsigned vector);
/* A frame that iretq would refuse: SIGSEGV instead. Interrupts on. */
void user_return_bad_rip(struct user_frame *f);

DECLARE_PERCPU(uint64_t, syscall_sp);       /* where the system call frame starts on the running thread's stack */
DECLARE_PERCPU(uint64_t, syscall_user_rsp); /* scratch between SYSCALL and the frame */

/* ---- cpu.c ---- */

void cpu_detect(void);                      /* boot CPU, before kernel_main()  */
void cpu_init_this(void);                   /* every CPU, on its own GS base   */
uint32_t cpu_read_apic_id(void);            /* of the CPU that asks            */

/* ---- acpi.c ---- */

struct acpi_gas { uint8_t space, bit_width, bit_offset, access; uint64_t address; } __packed;
struct ioapic_desc { uint32_t phys, gsi_base; uint8_t id; };
struct isa_override { uint8_t isa; uint32_t gsi; uint16_t flags; };

struct acpi_info {                          /* const after acpi_early() */
	bool present, has_8259, is_hw_reduced, has_s5;
	uint64_t lapic_phys;
	struct ioapic_desc *ioapics;
	unsigned nr_ioapics;
	struct isa_override overrides[16];
	unsigned nr_overrides;
	uint32_t pm1a_control, pm1b_control, smi_command, pm_timer_port;
	bool pm_timer_is_32;
	uint8_t acpi_enable, s5_type_a, s5_type_b;
	struct acpi_gas reset, sleep_control, sleep_status;
	uint8_t reset_value;
};
extern struct acpi_info acpi_info;
extern uint32_t *cpu_apic_ids;              /* by CPU number, nr_cpus entries; [0] is the boot CPU */
void acpi_rebase(void);                     /* after paging_init() */

/* ---- power.c ---- */

void power_init(void);                      /* after mm_init() */

/* ---- apic.c, ioapic.c ---- */

void lapic_init_boot(void);                 /* mode, register window, 8259s off */
void lapic_init_this(void);                 /* every CPU                        */
void lapic_eoi(void);
void lapic_send_init_all(void);
void lapic_send_startup_all(uint8_t page);
void lapic_timer_calibrate_begin(void);
uint32_t lapic_timer_elapsed(void);
void lapic_timer_set_rate(uint32_t ticks, uint64_t elapsed_ns, uint64_t tsc_khz);
void lapic_timer_init_this(void);           /* every CPU, once the rate is known */
const char *lapic_mode_name(void);
void ioapic_init(void);
__must_check int ioapic_route(uint32_t gsi, unsigned vector, uint32_t apic_id, bool active_low, bool level);

/* ---- clock.c, pvclock.c, rtc.c ---- */

void clock_calibration_begin(void);         /* as early as ports are known: acpi_early()        */
void clock_lapic_begin(void);               /* the local APIC's timer runs, to be measured too   */
void clock_init_this(void);                 /* every other CPU: timer mode, compares its TSC     */
void clock_publish(void);                   /* the boot CPU, again and again while others start  */
void clock_check_done(void);                /* the boot CPU, when all have started               */
void delay_us(unsigned us);                 /* spins                                             */
/* kvmclock: false when there is none. *stable: the TSC itself is the clock, at *khz. */
bool pvclock_init(uint64_t *khz, bool *stable);
void pvclock_init_this(void);
uint64_t pvclock_ns(void);                  /* this CPU's; preemption off                        */
bool pvclock_wall_seconds(uint64_t *out);

/* ---- traps: tables of usercopy.asm ---- */

struct ex_entry { uint64_t insn, fixup; };
extern const struct ex_entry __ex_table_start[], __ex_table_end[];
extern uint8_t *const __smap_sites_start[], *const __smap_sites_end[];
extern char usercopy_text_start[], usercopy_text_end[], usercopy_nofault_start[];
extern uint8_t usercopy_rep_site[], userzero_rep_site[];
