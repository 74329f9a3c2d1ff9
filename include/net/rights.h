/*
 * rights.h - files on their way through a socket, SCM_RIGHTS.
 */
#pragma once
#include <fs/file.h>

#define RIGHTS_MAX 253                          /* SCM_MAX_FD: in one message */

struct user_account;
struct packet_rights;
struct sock;

struct passed_file {
	struct file *file;                      /* counted */
	struct packet_rights *in;               /* of a socket: whose this is, */
	struct list node;                       /* in its holders (net/inflight.c) */
};
struct packet_rights {
	struct packet_rights *next;             /* while it is let go */
	struct user_account *account;           /* counted: whose they are until they arrive; NULL: a copy, which has arrived */
	struct sock *to;                        /* in whose queue they are, or come; NULL: without sockets, or not on their way */
	unsigned count, nr_sockets;
	struct passed_file passed[];
};
void rights_free(struct packet_rights *r);      /* may sleep: last references of files */
/* From an array of descriptors; *out: those of another array before it, or NULL; NULL after an error, too. 0, -EINVAL, -EBADF, -ETOOMANYREFS, -ENOMEM. */
__must_check int rights_take(struct packet_rights **out, const int *fds, size_t count);
/* On its way to `to`; and with its receiver, or let go. */
void inflight_enter(struct packet_rights *r, struct sock *to);
void inflight_leave(struct packet_rights *r);
/* The caller is about to put its reference of f, which nobody else uses. */
void inflight_closing(const struct file *f);
void inflight_peeked(const struct packet_rights *r);    /* the caller has its files, out of a message that stays */
/* Before r is sent: who has many files on their way waits for a look that is at work. May sleep; ends early when killed. */
void inflight_throttle(const struct packet_rights *r);
/* Another of the same, for MSG_PEEK; NULL without memory. */
struct packet_rights *rights_copy(const struct packet_rights *r);
