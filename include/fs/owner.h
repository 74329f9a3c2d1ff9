/*
 * owner.h - who is told by a signal of what happens to an opened file: fcntl(2)'s F_SETOWN, F_SETSIG, O_ASYNC.
 *
 * A file has a struct file_owner from the first call on that needs one. It is counted: by the file, while it waits to be
 * told of, and by whoever tells. All of this is task context unless said otherwise.
 */
#pragma once
#include <base/compiler.h>

struct file;
struct file_owner;

/* type F_OWNER_*, nr as the current task sees it, 0: nobody. 0, -ESRCH, -ENOMEM. */
__must_check int file_owner_set(struct file *f, int type, int nr);
/* The number as the current task sees it; 0: nobody. */
int file_owner_get(const struct file *f, int *type);
/* Who set the owner, as kernel ids; 0 and 0 while nobody did. */
void file_owner_get_uids(const struct file *f, uint32_t *uid, uint32_t *euid);
/* F_SETSIG: 0 means SIGIO without more. 0 or -ENOMEM. */
__must_check int file_owner_set_signal(struct file *f, int sig);
int file_owner_get_signal(const struct file *f);
/* O_ASYNC: SIGIO whenever f becomes ready, fd in it. f->ops->sends_sigio. 0 or -ENOMEM. May sleep. */
__must_check int file_async_set(struct file *f, int fd, bool on);
/* The current task is the owner from now on, where there is none (leases, F_NOTIFY). 0 or -ENOMEM. */
__must_check int file_owner_default(struct file *f);
void file_owner_forget(struct file *f);         /* nobody, and no signal of his own */
/* The file's owner, counted, or NULL; and to tell him: si_code `reason` (POLL_IN ...), si_band. May be under spinlocks up to RANK_SIGHAND's outer ones. */
struct file_owner *file_owner_hold(const struct file *f);
void file_owner_get_again(struct file_owner *o);        /* by who holds it */
void file_owner_put(struct file_owner *o);
void file_owner_tell(struct file_owner *o, int fd, int reason, long band);
void file_owner_tell_urgent(struct file *f);            /* SIGURG; the caller holds f */
void file_owner_release(struct file *f);        /* the file's end, while what it waits on still lives */
/* On the way to user mode, and at exit: tell of what the current task's own calls made ready. */
void file_owners_deliver_slow(void);
