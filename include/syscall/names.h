/* names.h - names of system calls, generated from syscalls.tbl. */
#pragma once
#include <base/types.h>

/* NULL for a number that Linux does not define. */
const char *syscall_name(unsigned long nr);
