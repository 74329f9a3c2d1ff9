/*
 * futex_key.h - what a word of user memory is, for comparing: private (space, address), shared (file or page, offset), or
 * said to be shared, but in private memory (space, address | 1).
 */
#pragma once
#include <base/types.h>

struct futex_key { uint64_t a, b; };
