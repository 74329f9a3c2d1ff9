/*
 * ioapic.c - I/O APICs: which vector on which CPU a device's line raises.
 *
 * A global system interrupt (GSI) is an input of one of them. Registers are an
 * index and a data window, guarded by ioapic_lock; only routing touches them.
 * Context: bring-up and task context.
 */
#include "arch_priv.h"
#include <arch/io.h>
#include <base/err.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <sync/spinlock.h>
#include <trace/klog.h>

#define REG_INDEX    0x00
#define REG_DATA     0x10
#define IOAPIC_VERSION 1
#define IOAPIC_REDIRECT 0x10                /* two registers per input */
#define REDIRECT_MASKED (1u << 16)
#define REDIRECT_LEVEL  (1u << 15)
#define REDIRECT_LOW    (1u << 13)

struct ioapic {
	volatile char *window;                  /* NULL: could not be mapped, no inputs */
	uint32_t gsi_base, nr_inputs;
};

static struct ioapic *ioapics __ro_after_init;
static struct irq_spinlock ioapic_lock = IRQ_SPINLOCK_INIT(RANK_LEAF);

static uint32_t ioapic_read(struct ioapic *io, uint32_t reg)
{
	mmio_write32(io->window + REG_INDEX, reg);
	return mmio_read32(io->window + REG_DATA);
}

static void ioapic_write(struct ioapic *io, uint32_t reg, uint32_t v)
{
	mmio_write32(io->window + REG_INDEX, reg);
	mmio_write32(io->window + REG_DATA, v);
}

static struct ioapic *ioapic_of(uint32_t gsi)
{
	for (unsigned i = 0; i < acpi_info.nr_ioapics; i++)
		if (gsi - ioapics[i].gsi_base < ioapics[i].nr_inputs)
			return &ioapics[i];
	return NULL;
}

int ioapic_route(uint32_t gsi, unsigned vector, uint32_t apic_id, bool active_low, bool level)
{
	struct ioapic *io = ioapic_of(gsi);
	uint32_t reg;
	irqflags_t flags;

	if (!io)
		return -ENODEV;
	reg = IOAPIC_REDIRECT + (gsi - io->gsi_base) * 2;
	flags = irq_spin_lock(&ioapic_lock);
	ioapic_write(io, reg, REDIRECT_MASKED);
	ioapic_write(io, reg + 1, apic_id << 24);
	ioapic_write(io, reg, vector | (active_low ? REDIRECT_LOW : 0) | (level ? REDIRECT_LEVEL : 0));
	irq_spin_unlock(&ioapic_lock, flags);
	return 0;
}

static void ioapic_start(struct ioapic *io, const struct ioapic_desc *d)
{
	io->gsi_base = d->gsi_base;
	io->window = mmio_map(PADDR(d->phys), 32);
	if (!io->window) {
		klog(KLOG_ERR, "ioapic: no memory for the registers at %#x\n", d->phys);
		return;
	}
	io->nr_inputs = (ioapic_read(io, IOAPIC_VERSION) >> 16 & 0xff) + 1;
	if (io->nr_inputs > 240)
		io->nr_inputs = 0;                      /* all ones: nobody answers at that address */
	for (uint32_t i = 0; i < io->nr_inputs; i++)
		ioapic_write(io, IOAPIC_REDIRECT + i * 2, REDIRECT_MASKED);
}

void ioapic_init(void)
{
	ioapics = kzalloc(acpi_info.nr_ioapics * sizeof *ioapics + 1);
	if (!ioapics)
		panic("ioapic: no memory");
	for (unsigned i = 0; i < acpi_info.nr_ioapics; i++)
		ioapic_start(&ioapics[i], &acpi_info.ioapics[i]);
}
