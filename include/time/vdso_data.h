/*
 * vdso_data.h - the page from which user mode reads the clock. Layout shared with the vDSO image.
 *
 * Reader: take seq (retry while odd), ns = ((ticks * mult) >> shift) - base_ns with a 128-bit
 * product, add realtime_offset_ns for CLOCK_REALTIME, and start over if seq changed.
 */
#pragma once
#include <base/types.h>

struct vdso_data {
	uint32_t seq;                           /* odd: being changed                              */
	uint32_t usable;                        /* 0: ticks cannot be read in user mode, call the kernel */
	uint64_t mult;
	uint32_t shift, reserved;
	uint64_t base_ns;                       /* of the counter's scale, when monotonic time was 0 */
	uint64_t realtime_offset_ns;
	uint32_t tz_minuteswest, tz_dsttime;
};
