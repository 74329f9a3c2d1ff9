/*
 * acpi.c - what the firmware's tables say about CPUs, interrupts, timers and power.
 *
 * Everything is copied out by acpi_early(), while the identity map is active:
 * no table is looked at again. Tables are found by their signatures and
 * believed only when their checksum is right; without them the machine is one
 * CPU with the customary addresses.
 * Context: bring-up, boot CPU alone.
 */
#include "arch_priv.h"
#include <lib/string.h>
#include <mm/page.h>
#include <trace/klog.h>

#define LAPIC_DEFAULT_PHYS  0xfee00000u
#define IOAPIC_DEFAULT_PHYS 0xfec00000u
#define FOUR_GIB            (4ul << 30)

struct acpi_header {
	char signature[4];
	uint32_t length;
	uint8_t revision, checksum;
	char oem_id[6], oem_table_id[8];
	uint32_t oem_revision, creator_id, creator_revision;
} __packed;

struct acpi_rsdp {
	char signature[8];
	uint8_t checksum;
	char oem_id[6];
	uint8_t revision;
	uint32_t rsdt;
	uint32_t length;                        /* revision 2 on, as what follows */
	uint64_t xsdt;
	uint8_t extended_checksum, reserved[3];
} __packed;
#define RSDP_V1_LENGTH 20

struct acpi_fadt {
	struct acpi_header header;
	uint32_t firmware_ctrl, dsdt;
	uint8_t reserved0, profile;
	uint16_t sci_int;
	uint32_t smi_command;
	uint8_t acpi_enable, acpi_disable, s4bios, pstate;
	uint32_t pm1a_event, pm1b_event, pm1a_control, pm1b_control, pm2_control, pm_timer, gpe0, gpe1;
	uint8_t pm1_event_len, pm1_control_len, pm2_len, pm_timer_len, gpe0_len, gpe1_len, gpe1_base, cst;
	uint16_t c2_latency, c3_latency, flush_size, flush_stride;
	uint8_t duty_offset, duty_width, day_alarm, month_alarm, century;
	uint16_t boot_flags;
	uint8_t reserved1;
	uint32_t flags;
	struct acpi_gas reset;
	uint8_t reset_value;
	uint16_t arm_flags;
	uint8_t minor;
	uint64_t x_firmware_ctrl, x_dsdt;
	struct acpi_gas x_pm1a_event, x_pm1b_event, x_pm1a_control, x_pm1b_control, x_pm2, x_pm_timer, x_gpe0, x_gpe1;
	struct acpi_gas sleep_control, sleep_status;
} __packed;
static_assert(offsetof(struct acpi_fadt, flags) == 112, "ACPI 5.0, table 5-34");
static_assert(offsetof(struct acpi_fadt, sleep_status) == 256, "ACPI 5.0, table 5-34");
#define FADT_TIMER_32BIT (1u << 8)
#define FADT_RESET_VALID (1u << 10)
#define FADT_HW_REDUCED  (1u << 20)

struct acpi_madt { struct acpi_header header; uint32_t lapic, flags; } __packed;
struct madt_entry { uint8_t type, length; } __packed;
struct madt_lapic { struct madt_entry e; uint8_t acpi_id, apic_id; uint32_t flags; } __packed;
struct madt_ioapic { struct madt_entry e; uint8_t id, reserved; uint32_t phys, gsi_base; } __packed;
struct madt_override { struct madt_entry e; uint8_t bus, source; uint32_t gsi; uint16_t flags; } __packed;
struct madt_lapic_address { struct madt_entry e; uint16_t reserved; uint64_t phys; } __packed;
struct madt_x2apic { struct madt_entry e; uint16_t reserved; uint32_t apic_id, flags, acpi_id; } __packed;
enum { MADT_LAPIC = 0, MADT_IOAPIC = 1, MADT_OVERRIDE = 2, MADT_LAPIC_ADDRESS = 5, MADT_X2APIC = 9 };
#define MADT_CPU_ENABLED 1u
#define MADT_PCAT_COMPAT 1u

struct acpi_info acpi_info __ro_after_init;
uint32_t *cpu_apic_ids __ro_after_init;

uint32_t cpu_apic_id(unsigned cpu) { return cpu_apic_ids[cpu]; }

/* ---- finding tables ---- */

/* Identity map; opaque to the compiler, which distrusts small constant addresses. */
static const void *low_phys(uint64_t address)
{
	__asm__("" : "+r"(address));
	return (const void *)address;
}

static bool checksum_ok(const void *table, size_t len)
{
	const uint8_t *p = table;
	uint8_t sum = 0;

	while (len--)
		sum += *p++;
	return !sum;
}

static bool rsdp_ok(const struct acpi_rsdp *r) { return !memcmp(r->signature, "RSD PTR ", 8) && checksum_ok(r, RSDP_V1_LENGTH); }

static const struct acpi_rsdp *rsdp_scan(uint64_t from, uint64_t to)
{
	for (; from < to; from += 16) {
		const struct acpi_rsdp *r = low_phys(from);

		if (rsdp_ok(r))
			return r;
	}
	return NULL;
}

static const struct acpi_rsdp *rsdp_find(void)
{
	const struct acpi_rsdp *r = NULL;
	uint64_t ebda;

	if (boot_info->rsdp && boot_info->rsdp < FOUR_GIB && rsdp_ok(low_phys(boot_info->rsdp)))
		return low_phys(boot_info->rsdp);
	ebda = (uint64_t)*(const uint16_t *)low_phys(0x40e) << 4;
	if (ebda >= 0x80000 && ebda < 0xa0000)
		r = rsdp_scan(ebda, ebda + 1024);
	return r ? r : rsdp_scan(0xe0000, 0x100000);
}

static const struct acpi_header *table_at(uint64_t phys)
{
	const struct acpi_header *h = low_phys(phys);

	if (!phys || phys >= FOUR_GIB)
		return NULL;
	if (h->length < sizeof *h || h->length > 16u << 20 || !checksum_ok(h, h->length)) {
		klog(KLOG_WARN, "acpi: table at %#lx is damaged\n", phys);
		return NULL;
	}
	return h;
}

struct root_table { const struct acpi_header *header; unsigned entry_size; };

static struct root_table root_find(void)
{
	const struct acpi_rsdp *r = rsdp_find();
	struct root_table root = { NULL, 8 };

	if (!r)
		return root;
	if (r->revision >= 2)
		root.header = table_at(r->xsdt);
	if (!root.header) {
		root.entry_size = 4;
		root.header = table_at(r->rsdt);
	}
	return root;
}

static const void *table_find(struct root_table root, const char *signature)
{
	const char *e = (const char *)(root.header + 1), *end = (const char *)root.header + root.header->length;

	for (; e + root.entry_size <= end; e += root.entry_size) {
		uint64_t phys = 0;
		const struct acpi_header *h;

		memcpy(&phys, e, root.entry_size);
		if (!phys || phys >= FOUR_GIB || memcmp(low_phys(phys), signature, 4))
			continue;
		h = table_at(phys);
		if (h)
			return h;
	}
	return NULL;
}

/* ---- MADT: CPUs and interrupt controllers ---- */

static const struct madt_entry *madt_next(const struct acpi_madt *m, const struct madt_entry *e)
{
	const char *end = (const char *)m + m->header.length;
	const char *next = e ? (const char *)e + e->length : (const char *)(m + 1);

	e = (const void *)next;
	return next + sizeof *e <= end && e->length >= sizeof *e && next + e->length <= end ? e : NULL;
}

/* The APIC id of an enabled CPU, or ~0 for any other entry. */
static uint32_t madt_cpu(const struct madt_entry *e)
{
	const struct madt_lapic *l = (const void *)e;
	const struct madt_x2apic *x = (const void *)e;

	if (e->type == MADT_LAPIC && (l->flags & MADT_CPU_ENABLED))
		return l->apic_id;
	if (e->type == MADT_X2APIC && (x->flags & MADT_CPU_ENABLED))
		return x->apic_id;
	return ~0u;
}

static bool cpu_is_known(uint32_t apic_id)
{
	for (unsigned i = 0; i < nr_cpus; i++)
		if (cpu_apic_ids[i] == apic_id)
			return true;
	return false;
}

static unsigned cpus_limit(void)
{
	char buf[16];
	const char *s = buf;
	uint64_t n;

	if (boot_option("maxcpus", buf, sizeof buf) && !str_parse_u64(&s, 10, &n) && n)
		return MIN(n, 65536ul);
	return 65536;
}

/* The boot CPU is number 0 wherever it stands; the others follow in the firmware's order. */
static void madt_collect_cpus(const struct acpi_madt *m)
{
	unsigned max = 1, limit = cpus_limit();

	for (const struct madt_entry *e = madt_next(m, NULL); e; e = madt_next(m, e))
		max += madt_cpu(e) != ~0u;
	cpu_apic_ids = boot_alloc(max * sizeof *cpu_apic_ids, sizeof *cpu_apic_ids);
	cpu_apic_ids[0] = cpu_read_apic_id();
	nr_cpus = 1;
	for (const struct madt_entry *e = madt_next(m, NULL); e && nr_cpus < limit; e = madt_next(m, e)) {
		uint32_t id = madt_cpu(e);

		if (id != ~0u && !cpu_is_known(id))
			cpu_apic_ids[nr_cpus++] = id;
	}
}

static void madt_add_override(const struct madt_override *o)
{
	if (acpi_info.nr_overrides < ARRAY_SIZE(acpi_info.overrides))
		acpi_info.overrides[acpi_info.nr_overrides++] = (struct isa_override){ o->source, o->gsi, o->flags };
}

static void madt_collect_irqs(const struct acpi_madt *m)
{
	unsigned n = 0;

	for (const struct madt_entry *e = madt_next(m, NULL); e; e = madt_next(m, e))
		n += e->type == MADT_IOAPIC;
	if (n)
		acpi_info.ioapics = boot_alloc(n * sizeof *acpi_info.ioapics, 8);
	for (const struct madt_entry *e = madt_next(m, NULL); e; e = madt_next(m, e)) {
		const struct madt_ioapic *io = (const void *)e;

		if (e->type == MADT_IOAPIC)
			acpi_info.ioapics[acpi_info.nr_ioapics++] = (struct ioapic_desc){ io->phys, io->gsi_base, io->id };
		else if (e->type == MADT_OVERRIDE)
			madt_add_override((const void *)e);
		else if (e->type == MADT_LAPIC_ADDRESS)
			acpi_info.lapic_phys = ((const struct madt_lapic_address *)e)->phys;
	}
}

static void madt_parse(const struct acpi_madt *m)
{
	acpi_info.lapic_phys = m->lapic;
	acpi_info.has_8259 = m->flags & MADT_PCAT_COMPAT;
	madt_collect_cpus(m);
	madt_collect_irqs(m);
}

/* ---- FADT and DSDT: power and timers ---- */

/* One element of an AML package that can only be a small integer. */
static const uint8_t *aml_small_integer(const uint8_t *p, uint8_t *out)
{
	if (*p == 0x0a)                         /* BytePrefix; ZeroOp and OneOp stand for themselves */
		p++;
	*out = *p++ & 7;
	return p;
}

/* \_S5 is Name(_S5_, Package(){ a, b, ... }) in every firmware met: found by its bytes, without an interpreter. */
static void s5_find(const struct acpi_header *dsdt)
{
	const uint8_t *p = (const uint8_t *)(dsdt + 1), *end = (const uint8_t *)dsdt + dsdt->length - 10;

	for (; p < end; p++) {
		if (*p != '_' || memcmp(p, "_S5_\x12", 5))
			continue;
		p += 5;
		p += (*p >> 6) + 1;             /* package length: up to three more bytes */
		p++;                            /* number of elements */
		p = aml_small_integer(p, &acpi_info.s5_type_a);
		aml_small_integer(p, &acpi_info.s5_type_b);
		acpi_info.has_s5 = true;
		return;
	}
}

static void fadt_parse(const struct acpi_fadt *f)
{
	size_t len = f->header.length;
	const struct acpi_header *dsdt;
	uint64_t dsdt_phys = f->dsdt;

	acpi_info.is_hw_reduced = f->flags & FADT_HW_REDUCED;
	if (!acpi_info.is_hw_reduced) {
		acpi_info.pm1a_control = f->pm1a_control;
		acpi_info.pm1b_control = f->pm1b_control;
		acpi_info.smi_command = f->smi_command;
		acpi_info.acpi_enable = f->acpi_enable;
		acpi_info.pm_timer_port = f->pm_timer_len == 4 ? f->pm_timer : 0;
		acpi_info.pm_timer_is_32 = f->flags & FADT_TIMER_32BIT;
	}
	if (len >= offsetof(struct acpi_fadt, arm_flags) && (f->flags & FADT_RESET_VALID)) {
		acpi_info.reset = f->reset;
		acpi_info.reset_value = f->reset_value;
	}
	if (len >= sizeof *f) {
		acpi_info.sleep_control = f->sleep_control;
		acpi_info.sleep_status = f->sleep_status;
	}
	if (len >= offsetof(struct acpi_fadt, x_pm1a_event) && f->x_dsdt)
		dsdt_phys = f->x_dsdt;
	dsdt = dsdt_phys < FOUR_GIB ? low_phys(dsdt_phys) : NULL;
	if (dsdt && !memcmp(dsdt->signature, "DSDT", 4) && dsdt->length > sizeof *dsdt)
		s5_find(dsdt);
}

/* ---- bring-up ---- */

static void acpi_absent(void)
{
	acpi_info.lapic_phys = LAPIC_DEFAULT_PHYS;
	acpi_info.has_8259 = true;
	acpi_info.ioapics = boot_alloc(sizeof *acpi_info.ioapics, 8);
	acpi_info.ioapics[0] = (struct ioapic_desc){ IOAPIC_DEFAULT_PHYS, 0, 0 };
	acpi_info.nr_ioapics = 1;
	cpu_apic_ids = boot_alloc(sizeof *cpu_apic_ids, 4);
	cpu_apic_ids[0] = cpu_read_apic_id();
	nr_cpus = 1;
}

void acpi_early(void)
{
	struct root_table root = root_find();
	const struct acpi_madt *madt = root.header ? table_find(root, "APIC") : NULL;
	const struct acpi_fadt *fadt = root.header ? table_find(root, "FACP") : NULL;

	if (madt) {
		acpi_info.present = true;
		madt_parse(madt);
	} else {
		klog(KLOG_WARN, "acpi: no table of CPUs found, using one\n");
		acpi_absent();
	}
	if (fadt)
		fadt_parse(fadt);
	clock_calibration_begin();
}

/* The identity map is gone: what boot_alloc() gave is reached through the direct map now. */
void acpi_rebase(void)
{
	cpu_apic_ids = phys_to_virt(PADDR((uintptr_t)cpu_apic_ids));
	if (acpi_info.nr_ioapics)
		acpi_info.ioapics = phys_to_virt(PADDR((uintptr_t)acpi_info.ioapics));
}
