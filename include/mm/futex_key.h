/* futex_key.h - what a word of user memory is, for comparing: private (space, address) or shared (file or page, offset). */
#pragma once
#include <base/types.h>

struct futex_key { uint64_t a, b; };
