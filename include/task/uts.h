/* uts.h - the names of this machine, as uname(2) tells and sethostname(2) sets them. */
#pragma once
#include <base/types.h>
#include <linux/utsname.h>

enum uts_name { UTS_NODE, UTS_DOMAIN };
extern void (*uts_when_changed)(enum uts_name which);     /* set at bring-up: told after each change, of whichever namespace */
void uts_get_all(struct new_utsname *out);      /* of the current namespace; every byte written */
/* Terminated copy; room for __NEW_UTS_LEN + 1 bytes. */
void uts_get(enum uts_name which, char out[__NEW_UTS_LEN + 1]);
void uts_init(void);                            /* bring-up: the initial namespace */
/* len <= __NEW_UTS_LEN bytes. */
void uts_set(enum uts_name which, const char *name, size_t len);
