/*
 * vdso_data.h - the page from which user mode reads the clocks ([vvar]). Layout shared with the vDSO's code.
 *
 * Reader: take seq (retry while odd); a clock whose bit is not set in `served` is the kernel's to read;
 * ns = ((ticks * mult) >> VDSO_SHIFT) + offset_ns[clock], the product in 128 bits; start over if seq changed.
 */
#pragma once
#include <base/types.h>

#define VDSO_SHIFT  32
#define VDSO_CLOCKS 12                      /* clock ids 0 to CLOCK_TAI */

struct vdso_data {
	uint32_t seq;                           /* odd: being changed                              */
	uint32_t served;                        /* bit per clock id; 0: ticks cannot be read in user mode */
	uint64_t mult;
	uint64_t offset_ns[VDSO_CLOCKS];        /* from the counter's scale to each clock          */
	uint32_t coarse_ns;                     /* resolution of the coarse clocks                 */
	int32_t tz_minuteswest, tz_dsttime;
};
