/* fpu_priv.h - the switch's part of fpu.c. Interrupts off. */
#pragma once

struct fpu_state;
void fpu_switch_out(struct fpu_state *s);
void fpu_switch_in(struct fpu_state *s);
