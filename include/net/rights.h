/*
 * rights.h - files on their way through a socket, SCM_RIGHTS.
 */
#pragma once
#include <fs/file.h>

#define RIGHTS_MAX 253                          /* SCM_MAX_FD: in one message */

struct user_account;
struct packet_rights {
	struct packet_rights *next;             /* while it is let go */
	struct user_account *account;           /* counted: whose they are until they arrive */
	unsigned count;
	struct file *files[];                   /* counted */
};
void rights_free(struct packet_rights *r);      /* may sleep: last references of files */
/* From an array of descriptors in user memory. 0, -EINVAL, -EBADF, -ETOOMANYREFS, -EFAULT, -ENOMEM. */
__must_check int rights_read(struct packet_rights **out, uaddr_t fds, size_t count);
/* Another of the same, for MSG_PEEK; NULL without memory. */
struct packet_rights *rights_copy(const struct packet_rights *r);
