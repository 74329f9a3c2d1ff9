/* tuning.h (model) - one try each: every path is short enough to be explored. */
#pragma once

#define SPIN_STEAL_TRIES 1u
#define SPIN_PATIENCE    2u
#define MUTEX_SPIN_MAX   1u
#define RCU_HASTE_SPINS  1u
#define FUTEX_STEP       1u
