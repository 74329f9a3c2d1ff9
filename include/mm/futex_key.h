/*
 * futex_key.h - what a word of user memory is, for comparing: private (space, address), shared (the file's number, offset), or
 * said to be shared, but in private memory (space, address | 1). A waiter keeps its space, but not the file: hence a number.
 */
#pragma once
#include <base/types.h>

struct futex_key { uint64_t a, b; };
