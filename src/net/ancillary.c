/*
 * ancillary.c - what goes along with bytes: files, credentials, the time of arrival, cmsg(3).
 *
 * Linux's layout of a control message: a header of 16 bytes, data, padding to 8.   Context: task, may sleep.
 */
#include <lib/string.h>
#include <task/process.h>
#include <task/user_ns.h>
#include <time/clock.h>
#include <net/rights.h>
#include "unix_priv.h"

struct cmsg_head { uint64_t len; int level, type; };
#define OVERFLOW_ID 65534u                      /* nobody signed it */

void ancillary_attach_slow(struct packet *p, struct sock *to, struct sock_msg *m)
{
	const struct cred *c = cred_current();

	p->rights = m->rights;
	if (p->rights)
		inflight_enter(p->rights, to);
	m->rights = NULL;
	p->pid = m->pid ? m->pid : process_current()->pid;
	pid_get(p->pid);
	p->uid = m->pid ? m->ucred.uid : c->uid;
	p->gid = m->pid ? m->ucred.gid : c->gid;
}

bool ancillary_matches(const struct ancillary *a, const struct packet *p)
{
	return !a->has_sender || (a->pid == p->pid && (!p->pid || (a->uid == p->uid && a->gid == p->gid)));
}

void ancillary_take(struct ancillary *a, struct packet *p, bool is_peek)
{
	if (!a->has_sender) {
		a->has_sender = true;
		a->pid = p->pid;
		if (p->pid)
			pid_get(p->pid);
		a->uid = p->pid ? p->uid : OVERFLOW_ID;
		a->gid = p->pid ? p->gid : OVERFLOW_ID;
	}
	if (!p->rights)
		return;
	a->rights = is_peek ? rights_copy(p->rights) : p->rights;
	if (!is_peek)
		p->rights = NULL;
}

/* One control message of n bytes, cut to the room that is left. False when there was no room, or it could not be written. */
static bool put_message(struct sock_msg *m, int type, const void *data, size_t n)
{
	struct cmsg_head h = { sizeof h + n, SOL_SOCKET, type };
	size_t step = (h.len + 7) & ~7ul;

	if (m->control_left < sizeof h) {
		m->out_flags |= MSG_CTRUNC;
		return false;
	}
	if (m->control_left < h.len) {
		m->out_flags |= MSG_CTRUNC;
		h.len = m->control_left;
	}
	if (user_write(m->control, &h) || user_copy_out(uaddr_add(m->control, sizeof h), data, h.len - sizeof h))
		return false;
	step = MIN(step, m->control_left);
	m->control = uaddr_add(m->control, step);
	m->control_left -= step;
	return true;
}

void ancillary_put_time(struct sock *s, struct sock_msg *m)
{
	uint32_t flags = load_relaxed(&s->options.flags) & OPTION_TIMES;
	bool is_ns = flags & (OPTION_TIMESTAMPNS | OPTION_TIMESTAMPNS_NEW);
	uint64_t now = clock_realtime_ns();
	int64_t t[2] = { (int64_t)(now / NSEC_PER_SEC), (int64_t)(now % NSEC_PER_SEC / (is_ns ? 1 : 1000)) };

	if (flags & (OPTION_TIMESTAMP | OPTION_TIMESTAMPNS))
		put_message(m, is_ns ? SO_TIMESTAMPNS_OLD : SO_TIMESTAMP_OLD, t, sizeof t);
	else if (flags)
		put_message(m, is_ns ? SO_TIMESTAMPNS_NEW : SO_TIMESTAMP_NEW, t, sizeof t);
}

/* The sender as a file; its descriptor is the error when it is gone. Not cut: all of it or nothing. */
static void put_pidfd(struct sock_msg *m, struct pid *pid)
{
	struct cmsg_head h = { sizeof h + sizeof(int), SOL_SOCKET, SCM_PIDFD };
	struct file *f;
	int fd;

	if (m->control_left < h.len) {
		m->out_flags |= MSG_CTRUNC;
		return;
	}
	if (!pid)
		return;
	fd = socket_helpers.pidfd_prepare(pid, &f);
	if (put_message(m, SCM_PIDFD, &fd, sizeof fd)) {
		if (fd >= 0)
			fd_install(fd, f);
	} else if (fd >= 0) {
		fd_abandon(fd);
		file_put(f);
	}
}

/* Files become descriptors, as many as there is room for. */
static void put_rights(struct sock_msg *m, struct packet_rights *r)
{
	struct cmsg_head h = { sizeof h, SOL_SOCKET, SCM_RIGHTS };
	size_t room = m->control_left > sizeof h ? (m->control_left - sizeof h) / sizeof(int) : 0, n = 0, step;

	inflight_leave(r);
	for (; n < MIN(room, (size_t)r->count); n++) {
		int fd = fd_alloc(0, m->flags & MSG_CMSG_CLOEXEC);

		if (fd < 0)
			break;
		if (user_write(uaddr_add(m->control, sizeof h + n * sizeof fd), &fd)) {
			fd_abandon(fd);
			break;
		}
		file_get(r->passed[n].file);
		fd_install(fd, r->passed[n].file);
	}
	if (n < r->count)
		m->out_flags |= MSG_CTRUNC;
	if (!n)
		return;
	h.len += n * sizeof(int);
	if (user_write(m->control, &h))
		return;
	step = MIN((h.len + 7) & ~7ul, m->control_left);
	m->control = uaddr_add(m->control, step);
	m->control_left -= step;
}

void ancillary_put(struct sock *s, struct ancillary *a, struct sock_msg *m)
{
	struct ucred_k c = { a->pid ? pid_seen(a->pid) : 0, uid_shown(a->uid), gid_shown(a->gid) };
	unsigned flags = load_relaxed(&s->options.flags);

	if (!m->control_left && ((flags & (OPTION_PASSCRED | OPTION_PASSPIDFD)) || a->rights)) {
		m->out_flags |= MSG_CTRUNC;
	} else {
		if (flags & OPTION_PASSCRED)
			put_message(m, SCM_CREDENTIALS, &c, sizeof c);
		if (a->rights)
			put_rights(m, a->rights);
		if (flags & OPTION_PASSPIDFD)
			put_pidfd(m, a->pid);
	}
	if (a->rights)
		rights_free(a->rights);
	if (a->pid)
		pid_put(a->pid);
}
