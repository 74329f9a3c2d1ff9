/*
 * seccomp_listener.h - who is asked about system calls: SECCOMP_RET_USER_NOTIF of seccomp(2), seccomp_unotify(2).
 *
 * A listener belongs to one filter and has one file. Calls that the filter refers to it wait for its answer.
 * Lifetime: counted, by its filter and its file.
 */
#pragma once
#include <base/compiler.h>
#include <base/types.h>

struct file;
struct seccomp_data;
struct seccomp_listener;
struct user_frame;

/* A new listener and its file, each with a reference. killable: once a call was received only death ends its wait. */
__must_check int seccomp_listener_create(bool killable, struct seccomp_listener **out, struct file **file);
bool seccomp_listener_is_open(const struct seccomp_listener *l);        /* its file is there */
/* The filter is gone, and those that ran under it: drops its reference. May be called under spinlocks. */
void seccomp_listener_orphan(struct seccomp_listener *l);
/*
 * Ask about the current task's call. true: it is made; false: *result is its result, -ENOSYS when nobody listens,
 * -ERESTARTSYS. Sleeps.
 */
bool seccomp_listener_ask(struct seccomp_listener *l, const struct seccomp_data *data, int64_t *result);
