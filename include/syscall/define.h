/*
 * define.h - how a system call is written down.
 *
 *   SYSCALL(close, int fd) { ... return 0; }
 *
 * The dispatcher calls sys_NAME with the six argument registers as they are: an argument of
 * less than 64 bits ignores the upper half, as the C convention has it.
 */
#pragma once
#include <base/compiler.h>

#define SYSCALL(name, ...) \
	long sys_##name(__VA_ARGS__); \
	long sys_##name(__VA_ARGS__)
