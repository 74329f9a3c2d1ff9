/*
 * rtc.c - the time of day from the CMOS clock, read once at boot.
 *
 * The chip must not be read while it updates itself; reading twice until both
 * agree is enough, for an update takes two milliseconds once a second.
 * Context: bring-up.
 */
#include "arch_priv.h"
#include <arch/io.h>
#include <arch/timer.h>
#include <lib/string.h>

enum { RTC_SECOND = 0, RTC_MINUTE = 2, RTC_HOUR = 4, RTC_DAY = 7, RTC_MONTH = 8, RTC_YEAR = 9, RTC_STATUS_A = 10, RTC_STATUS_B = 11 };
#define STATUS_A_UPDATING 0x80
#define STATUS_B_BINARY   0x04
#define STATUS_B_24H      0x02
#define HOUR_PM           0x80

struct rtc_time { uint8_t second, minute, hour, day, month, year; };

static uint8_t rtc_reg(uint8_t reg)
{
	io_out8(0x70, reg | 0x80);              /* NMI stays off while the index stands */
	return io_in8(0x71);
}

static struct rtc_time rtc_read_raw(void)
{
	return (struct rtc_time){ rtc_reg(RTC_SECOND), rtc_reg(RTC_MINUTE), rtc_reg(RTC_HOUR), rtc_reg(RTC_DAY),
				  rtc_reg(RTC_MONTH), rtc_reg(RTC_YEAR) };
}

static unsigned from_bcd(unsigned v, uint8_t status) { return status & STATUS_B_BINARY ? v : (v >> 4) * 10 + (v & 15); }

static unsigned hour_of(uint8_t raw, uint8_t status)
{
	unsigned hour;

	if (status & STATUS_B_24H)
		return from_bcd(raw, status);
	hour = from_bcd(raw & ~HOUR_PM, status) % 12;
	return raw & HOUR_PM ? hour + 12 : hour;
}

/* Days from 1970-01-01 to the given day of the Gregorian calendar. */
static uint64_t days_since_1970(unsigned year, unsigned month, unsigned day)
{
	static const uint16_t before_month[12] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	unsigned y = year - 1;
	bool leap = (year % 4 == 0 && year % 100) || year % 400 == 0;

	return 365ull * (year - 1970) + (y / 4 - y / 100 + y / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400)
		+ before_month[(month - 1) % 12] + (leap && month > 2) + day - 1;
}

uint64_t arch_rtc_read_seconds(void)
{
	struct rtc_time t, again;
	uint8_t status;
	unsigned year;
	uint64_t seconds;

	if (pvclock_wall_seconds(&seconds))
		return seconds;
	for (unsigned i = 0; i < 10000 && (rtc_reg(RTC_STATUS_A) & STATUS_A_UPDATING); i++)
		cpu_relax();
	again = rtc_read_raw();
	for (unsigned i = 0; i < 10; i++) {
		t = again;
		again = rtc_read_raw();
		if (!memcmp(&t, &again, sizeof t))
			break;
	}
	status = rtc_reg(RTC_STATUS_B);
	io_out8(0x70, 0x0d);                    /* NMI on again */
	if (t.month == 0xff || !t.month)
		return 0;                               /* no such chip */
	year = from_bcd(t.year, status);
	year += year < 70 ? 2000 : 1900;
	return days_since_1970(year, from_bcd(t.month, status), from_bcd(t.day, status)) * 86400
		+ hour_of(t.hour, status) * 3600 + from_bcd(t.minute, status) * 60 + from_bcd(t.second, status);
}
