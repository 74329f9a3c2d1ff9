/* version.h - what uname(2) and /proc/version say. A release programs understand: the Linux ABI it follows, then us. */
#pragma once

#define KERNEL_SYSNAME "Linux"
#define KERNEL_RELEASE "6.12.0-percival"
#define KERNEL_VERSION "#1 SMP PREEMPT Percival"
#ifdef __clang__
#define KERNEL_COMPILER "clang " __clang_version__
#else
#define KERNEL_COMPILER "gcc " __VERSION__
#endif
