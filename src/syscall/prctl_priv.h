/* prctl_priv.h - prctl_mm.c's options of prctl(2). */
#pragma once
#include <base/types.h>
#include <arch/usercopy.h>

long prctl_mm(uint64_t what, uint64_t addr, uint64_t a4, uint64_t a5);  /* PR_SET_MM */
/* PR_GET_AUXV: up to len bytes of it. Returns how many there are. */
long prctl_auxv(uaddr_t to, uint64_t len);
