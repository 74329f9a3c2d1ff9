/* file_priv.h - what the descriptor side of fs shares inside the room. */
#pragma once
#include <fs/file.h>

void fdtable_init(void);
struct lock_place;
void flock_init(void);
void flock_place_free(struct lock_place *b);    /* the inode ends; NULL is fine */
void anon_init(void);
void lease_release_file(struct file *f);         /* last reference: its lease */
