/*
 * power.c - the machine's end: off, or from the start again.
 *
 * Each way is tried in turn; what does not work returns, and the next is tried.
 * Context: any, interrupts are turned off; other CPUs need not be stopped.
 */
#include "arch_priv.h"
#include <arch/io.h>
#include <arch/irq.h>
#include <mm/vmalloc.h>
#include <trace/klog.h>

#define PM1_SCI_ENABLE 1u
#define PM1_SLEEP_ENABLE (1u << 13)
#define PM1_SLEEP_TYPE_SHIFT 10
#define SLEEP_TYPE_SHIFT 2                  /* of the sleep control register, ACPI 5 */
#define SLEEP_ENABLE (1u << 5)

enum { GAS_MEMORY = 0, GAS_IO = 1 };

static volatile uint8_t *reset_window __ro_after_init, *sleep_window __ro_after_init;

static void gas_write8(const struct acpi_gas *g, volatile uint8_t *window, uint8_t v)
{
	if (g->address && g->space == GAS_IO)
		io_out8(g->address, v);
	else if (window)
		*window = v;
}

static volatile uint8_t *gas_map(const struct acpi_gas *g)
{
	return g->address && g->space == GAS_MEMORY ? mmio_map(PADDR(g->address), 1) : NULL;
}

/* Registers in memory are mapped beforehand: a panic cannot. */
void power_init(void)
{
	reset_window = gas_map(&acpi_info.reset);
	sleep_window = gas_map(&acpi_info.sleep_control);
}

/* Hand the power registers from firmware to us; without firmware in between nothing is to be done. */
static void acpi_mode_enable(void)
{
	if (!acpi_info.smi_command || !acpi_info.acpi_enable || (io_in16(acpi_info.pm1a_control) & PM1_SCI_ENABLE))
		return;
	io_out8(acpi_info.smi_command, acpi_info.acpi_enable);
	for (unsigned ms = 0; ms < 300 && !(io_in16(acpi_info.pm1a_control) & PM1_SCI_ENABLE); ms++)
		delay_us(1000);
}

static void acpi_power_off(void)
{
	if (!acpi_info.has_s5)
		return;
	if (acpi_info.sleep_control.address)
		gas_write8(&acpi_info.sleep_control, sleep_window,
			   acpi_info.s5_type_a << SLEEP_TYPE_SHIFT | SLEEP_ENABLE);
	if (!acpi_info.pm1a_control)
		return;
	acpi_mode_enable();
	io_out16(acpi_info.pm1a_control, acpi_info.s5_type_a << PM1_SLEEP_TYPE_SHIFT | PM1_SLEEP_ENABLE);
	if (acpi_info.pm1b_control)
		io_out16(acpi_info.pm1b_control, acpi_info.s5_type_b << PM1_SLEEP_TYPE_SHIFT | PM1_SLEEP_ENABLE);
}

static void emulator_power_off(void)
{
	io_out16(0x604, 0x2000);                /* QEMU's PM1a control where its tables were not found */
	io_out16(0xb004, 0x2000);               /* the same, QEMU before 2.0 and Bochs                 */
	for (const char *s = "Shutdown"; *s; s++)
		io_out8(0x8900, *s);            /* Bochs */
}

void machine_power_off(void)
{
	acpi_power_off();
	delay_us(50000);
	irq_disable();
	emulator_power_off();
	klog(KLOG_EMERG, "System halted: the machine does not power off\n");
	cpu_stop_forever();
}

static void keyboard_reset(void)
{
	for (unsigned i = 0; i < 1000 && (io_in8(0x64) & 2); i++)
		delay_us(10);
	io_out8(0x64, 0xfe);                    /* pulse the reset line */
}

static void triple_fault(void)
{
	struct { uint16_t limit; uint64_t base; } __packed none = { 0, 0 };

	__asm__ volatile("lidt %0; int3" :: "m"(none));
}

void machine_reboot(void)
{
	irq_disable();
	gas_write8(&acpi_info.reset, reset_window, acpi_info.reset_value);
	delay_us(1000);
	io_out8(0xcf9, 0x02);
	io_out8(0xcf9, 0x06);
	delay_us(1000);
	keyboard_reset();
	delay_us(20000);
	triple_fault();
	cpu_stop_forever();
}
