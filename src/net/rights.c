/*
 * rights.c - files on their way through a socket: collected by the sender, held by the message.
 *
 * A file in a message is one that nobody can close: each user may have RLIMIT_NOFILE of them. Sockets that wait in each
 * other's queues: inflight.c.
 * Context: task, may sleep.
 */
#include <linux/resource.h>
#include <mm/slab.h>
#include <task/cred.h>
#include <task/process.h>
#include "net_priv.h"
#include <net/rights.h>

static void rights_end(struct packet_rights *r)
{
	for (unsigned n = 0; n < r->count; n++) {
		inflight_closing(r->passed[n].file);
		file_put(r->passed[n].file);
	}
	if (r->account) {
		fetch_sub_relaxed(&r->account->inflight_files, (long)r->count);
		account_put(r->account);
	}
	kfree(r);
}

/*
 * The last reference of a socket lets go what is queued in it, and so on: user mode decides how deep. Only the outermost
 * call of a thread works, the inner ones leave theirs in its list.
 */
void rights_free(struct packet_rights *r)
{
	struct thread *t = thread_current();
	struct packet_rights *list = r, **outer = t->ending_rights;

	inflight_leave(r);
	r->next = NULL;
	if (outer) {
		r->next = *outer;
		*outer = r;
		return;
	}
	t->ending_rights = &list;
	while (list) {
		r = list;
		list = r->next;
		rights_end(r);
	}
	t->ending_rights = NULL;
}

static struct packet_rights *rights_alloc(size_t count, struct user_account *a)
{
	struct packet_rights *r = kmalloc(sizeof *r + count * sizeof r->passed[0], 0);

	if (!r)
		return NULL;
	if (a)
		account_get(a);
	r->account = a;
	r->next = NULL;
	r->to = NULL;
	r->count = r->nr_sockets = 0;
	return r;
}

static int rights_collect(struct packet_rights *r, const int *fds, size_t count)
{
	for (size_t n = 0; n < count; n++) {
		struct file *f = fds[n] < 0 ? NULL : fd_get(fds[n]);

		if (!f)
			return -EBADF;
		r->nr_sockets += file_is_socket(f);
		r->passed[r->count++].file = f;
		fetch_add_relaxed(&r->account->inflight_files, 1);      /* relaxed: a sum compared with a limit */
	}
	return 0;
}

/* r gets what `from` has, which is not on its way yet and ends. */
static void rights_take_over(struct packet_rights *r, struct packet_rights *from)
{
	for (; r->count < from->count; r->count++)
		r->passed[r->count].file = from->passed[r->count].file;
	r->nr_sockets = from->nr_sockets;
	account_put(from->account);
	kfree(from);
}

int rights_take(struct packet_rights **out, const int *fds, size_t count)
{
	struct user_account *a = cred_current()->account;
	struct packet_rights *r;
	int err;

	if (count > RIGHTS_MAX - (*out ? (*out)->count : 0))
		return -EINVAL;
	r = rights_alloc(count + (*out ? (*out)->count : 0), a);
	if (!r)
		return -ENOMEM;
	if (*out)
		rights_take_over(r, *out);
	*out = NULL;
	err = rights_collect(r, fds, count);
	if (!err && (uint64_t)load_relaxed(&a->inflight_files) > rlimit_current(RLIMIT_NOFILE) + r->count &&
	    !capable(CAP_SYS_RESOURCE) && !capable(CAP_SYS_ADMIN))
		err = -ETOOMANYREFS;
	if (err) {
		rights_free(r);
		return err;
	}
	*out = r;
	inflight_throttle(r);
	return 0;
}

struct packet_rights *rights_copy(const struct packet_rights *from)
{
	struct packet_rights *r = rights_alloc(from->count, NULL);

	if (!r)
		return NULL;
	r->nr_sockets = from->nr_sockets;
	for (; r->count < from->count; r->count++) {
		r->passed[r->count].file = from->passed[r->count].file;
		file_get(r->passed[r->count].file);
	}
	inflight_peeked(r);
	return r;
}
