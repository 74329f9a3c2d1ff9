/* file_priv.h - what the descriptor side of fs shares inside the room. */
#pragma once
#include <fs/file.h>

void fdtable_init(void);
void flock_init(void);
void anon_init(void);
void lease_release_file(struct file *f);         /* last reference: its lease */
