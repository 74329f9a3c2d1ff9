/*
 * scenes.h - some calls in a row that only mean something together, with chances taken at each step.
 *
 * Single random calls rarely meet: a ring of sockets in flight, a child stopped for its tracer, two tasks at one PI
 * futex. A scene brings things that far and leaves the rest to chance; what it made stays behind for other calls.
 */
#pragma once
#include "fuzz.h"

#define CALL(c, nr, ...) scene_call(c, nr, (const uint64_t[6]){ __VA_ARGS__ })
#define AT(p) ((uint64_t)(p))

/* A call that is counted as one of the table is. */
long scene_call(struct ctx *c, uint32_t nr, const uint64_t args[6]);
/* A child of this task in *pid, or -1; true in the child, which ends with its budget. */
bool child_start(struct ctx *c, long *pid);
/* Reap one child, with a tracer's eyes, without waiting for ever: what blocks is nudged. */
void child_end(struct ctx *c, long pid);

/* scenes_objects.c */
void rights(struct ctx *c);
void connection(struct ctx *c);
void nest(struct ctx *c);
void leases(struct ctx *c);
void mappings(struct ctx *c);
void splices(struct ctx *c);
void mounts(struct ctx *c);
void timers(struct ctx *c);
void attributes(struct ctx *c);
void locks(struct ctx *c);
void keys(struct ctx *c);
void watches(struct ctx *c);
void requests(struct ctx *c);
