/*
 * stat.c - /proc/PID/stat, status and statm: a process in numbers.
 *
 * Family, groups and terminal are read together under tasklist_lock; times and
 * faults are sums of live threads and of those that exited. Formats: proc(5).
 */
#include <task/seccomp.h>
#include "procfs_priv.h"
#include <lib/string.h>
#include <mm/slab.h>
#include <mm/space.h>
#include <task/cred.h>
#include <task/pid_ns.h>
#include <task/user_ns.h>
#include <time/clock.h>
#include <sched/sched.h>
#include <lib/bitmap.h>
#include <fs/file.h>
#include <drivers/tty.h>
#include <asm/signal.h>

#define TICKS(ns) ((uint64_t)((ns) / (NSEC_PER_SEC / USER_HZ)))
#define KB(pages) ((uint64_t)(pages) * (PAGE_SIZE / 1024))

static const char state_letters[] = { 'R', 'S', 'D', 'T', 't', 'Z', 'X' };
static const char *const state_names[] = { "running", "sleeping", "disk sleep", "stopped", "tracing stop", "zombie", "dead" };

struct family { int ppid, tgid, pgrp, session, tty, tty_pgrp; };
struct totals { uint64_t utime, stime, cutime, cstime, min, maj, cmin, cmaj, nvcsw, nivcsw; unsigned threads; };
struct memory { uint64_t size, size_peak, resident, peak, shared, shmem, data, stack, locked, tables, exe, lib; struct space_layout layout; bool has, no_huge; };

/* Numbers as members of ns know them. */
static void read_family(struct process *p, struct family *f, const struct pid_ns *ns)
{
	spin_lock(&tasklist_lock);
	f->ppid = p->parent ? pid_nr_in(p->parent->pid, ns) : 0;
	f->tgid = pid_nr_in(p->pid, ns);
	f->pgrp = p->pgrp ? pid_nr_in(p->pgrp, ns) : -1;
	f->session = p->session ? pid_nr_in(p->session, ns) : -1;
	f->tty = p->ctty ? (int)dev_encode(tty_dev(p->ctty)) : 0;
	f->tty_pgrp = p->ctty ? tty_pgrp_nr(p->ctty) : -1;
	spin_unlock(&tasklist_lock);
}

static void add_task(struct totals *s, const struct task *t)
{
	s->utime += t->thread.utime_ns;
	s->stime += t->thread.stime_ns;
	s->min += t->thread.min_flt;
	s->maj += t->thread.maj_flt;
	s->nvcsw += t->thread.nvcsw;
	s->nivcsw += t->thread.nivcsw;
}

/* whole: the process; else this thread alone. */
static void read_totals(struct task *t, bool whole, struct totals *s)
{
	struct process *p = t->process;
	struct task *other;

	memset(s, 0, sizeof *s);
	spin_lock(&tasklist_lock);
	if (whole) {
		list_for_each(other, &p->threads, group_node)
			add_task(s, other);
		s->utime += p->utime_ns;
		s->stime += p->stime_ns;
		s->min += p->min_flt;
		s->maj += p->maj_flt;
	} else {
		add_task(s, t);
	}
	s->cutime = p->cutime_ns;
	s->cstime = p->cstime_ns;
	s->cmin = p->cmin_flt;
	s->cmaj = p->cmaj_flt;
	s->threads = load_relaxed(&p->nr_threads);
	spin_unlock(&tasklist_lock);
}

static uint64_t layout_pages(uint64_t from, uint64_t to) { return to > from ? (ALIGN_UP(to, PAGE_SIZE) - ALIGN_DOWN(from, PAGE_SIZE)) / PAGE_SIZE : 0; }

static void read_memory(struct task *t, struct memory *m)
{
	struct space *s = task_space_get(t);
	struct space_rss rss;

	memset(m, 0, sizeof *m);
	if (!s)
		return;
	mutex_lock(&s->lock);
	m->has = true;
	m->size = s->total_pages;
	m->size_peak = MAX(s->peak_pages, s->total_pages);
	m->data = s->data_pages;
	m->stack = s->stack_pages;
	m->locked = s->locked_pages;
	m->layout = s->layout;
	m->no_huge = load_relaxed(&s->no_huge); /* relaxed: a setting */
	mutex_unlock(&s->lock);
	space_rss_read(s, &rss);
	m->shared = rss.file + rss.shmem;
	m->shmem = rss.shmem;
	m->resident = m->shared + rss.anon;
	m->peak = space_hiwater_rss(s);
	m->tables = load_relaxed(&s->nr_tables);
	m->exe = layout_pages(m->layout.start_code, m->layout.end_code);
	space_put_user(s);
}

/* Who has told his parent or tracer that he stopped is stopped, though he may not sleep yet. */
static unsigned task_state(const struct task *t)
{
	unsigned state = load_relaxed(&t->thread.state), job = load_relaxed(&t->jobctl);

	if (state == THREAD_RUNNING && (job & (JOB_STOPPED | JOB_TRACED)))
		return job & JOB_TRACED ? THREAD_TRACED : THREAD_STOPPED;
	return state < ARRAY_SIZE(state_letters) ? state : THREAD_DEAD;
}

/* Handlers of the process as two sets. */
static void read_actions(struct process *p, uint64_t *ignored, uint64_t *caught)
{
	*ignored = *caught = 0;
	spin_lock(&p->sig_lock);
	for (int i = 0; i < NR_SIGNALS; i++) {
		if (p->actions[i].handler == (uint64_t)SIG_IGN)
			*ignored |= 1ull << i;
		else if (p->actions[i].handler != (uint64_t)SIG_DFL)
			*caught |= 1ull << i;
	}
	spin_unlock(&p->sig_lock);
}

/*
 * Where the parts of the program lie is for those who may look into it; others read that there is one. The layout is of
 * the memory that the right was judged for, whatever t executes meanwhile.
 */
static bool read_layout(struct task *t, struct memory *m)
{
	struct space *s;

	m->layout = (struct space_layout){ .start_code = m->has, .end_code = m->has };
	if (!proc_may_inspect(t) || task_inspect_space(t, true, &s))
		return false;
	if (s) {
		mutex_lock(&s->lock);
		m->layout = s->layout;
		mutex_unlock(&s->lock);
		space_put_user(s);
	}
	return true;
}

static int show_stat(struct text_buf *b, struct task *t, bool whole)
{
	struct process *p = t->process;
	struct family f;
	struct totals s;
	struct memory m;
	uint64_t ignored, caught;
	const struct sched_entity *se = &t->thread.se;
	bool rt = se->policy >= SCHED_CLASS_FIFO, may;

	read_family(p, &f, b->view);
	read_totals(t, whole, &s);
	read_memory(t, &m);
	may = read_layout(t, &m);
	read_actions(p, &ignored, &caught);
	text_printf(b, "%d (%s) %c %d %d %d %d %d %u ", pid_nr_in(t->pid, b->view), t->comm, state_letters[task_state(t)], f.ppid, f.pgrp, f.session,
		    f.tty, f.tty_pgrp, t->flags & TASK_FORKNOEXEC ? 0x40u : 0u);
	text_printf(b, "%lu %lu %lu %lu %lu %lu %lu %lu ", s.min, s.cmin, s.maj, s.cmaj, TICKS(s.utime), TICKS(s.stime),
		    TICKS(s.cutime), TICKS(s.cstime));
	text_printf(b, "%d %d %u 0 %lu %lu %lu %lu ", rt ? -1 - se->rt_prio : 20 + se->nice, se->nice, s.threads,
		    TICKS(t->start_time_ns), m.size * PAGE_SIZE, m.resident, (uint64_t)p->rlim[RLIMIT_RSS].rlim_cur);
	text_printf(b, "%lu %lu %lu 0 0 %lu %lu %lu %lu %d 0 0 ", m.layout.start_code, m.layout.end_code, m.layout.start_stack,
		    t->pending.set & 0x7fffffff, t->blocked & 0x7fffffff, ignored & 0x7fffffff, caught & 0x7fffffff,
		    may && (!whole || s.threads < 2) && load_relaxed(&t->thread.state) != THREAD_RUNNING);      /* does it wait */
	text_printf(b, "%d %u %u %u 0 0 0 ", p->exit_signal, load_relaxed(&se->cpu), (unsigned)se->own_rt_prio,
		    se->own_policy == SCHED_CLASS_FIFO ? 1u : se->own_policy == SCHED_CLASS_RR ? 2u :
		    se->own_policy == SCHED_CLASS_BATCH ? 3u : se->own_policy == SCHED_CLASS_IDLE ? 5u : 0u);
	return text_printf(b, "%lu %lu %lu %lu %lu %lu %lu %d\n", m.layout.start_data, m.layout.end_data, m.layout.start_brk,
			   m.layout.arg_start, m.layout.arg_end, m.layout.env_start, m.layout.env_end, may ? t->exit_status : 0);
}

int proc_show_stat(struct text_buf *b, struct task *t) { return show_stat(b, t, true); }
int proc_show_task_stat(struct text_buf *b, struct task *t) { return show_stat(b, t, false); }

int proc_show_statm(struct text_buf *b, struct task *t)
{
	struct memory m;

	read_memory(t, &m);
	return text_printf(b, "%lu %lu %lu %lu 0 %lu 0\n", m.size, m.resident, m.shared, m.exe, m.data + m.stack);
}

static unsigned fd_size_of(struct task *t)
{
	unsigned n = 0;

	spin_lock(&t->lock);
	if (t->files)
		n = rcu_load(t->files->array)->size;
	spin_unlock(&t->lock);
	return n;
}

static void show_ids(struct text_buf *b, struct task *t)
{
	const struct cred *c;

	rcu_read_lock();
	c = rcu_load(t->cred);
	cred_get(c);
	rcu_read_unlock();
	text_printf(b, "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\n", uid_shown(c->uid), uid_shown(c->euid),
		    uid_shown(c->suid), uid_shown(c->fsuid), gid_shown(c->gid), gid_shown(c->egid), gid_shown(c->sgid), gid_shown(c->fsgid));
	text_printf(b, "FDSize:\t%u\nGroups:\t", fd_size_of(t));
	for (unsigned i = 0; i < c->ngroups; i++)
		text_printf(b, i ? " %u" : "%u", gid_shown(c->groups[i]));
	text_printf(b, " \n");
	cred_put(c);
}

/* What its user has pending, as counted for the limit. */
static long signals_pending_of(struct task *t)
{
	long n;

	rcu_read_lock();
	n = (long)bounded_counter_sum(&rcu_load(t->cred)->account->nr_sigpending);
	rcu_read_unlock();
	return n;
}

static void show_caps(struct text_buf *b, struct task *t)
{
	const struct cred *c;

	rcu_read_lock();
	c = rcu_load(t->cred);
	cred_get(c);
	rcu_read_unlock();
	text_printf(b, "CapInh:\t%016lx\nCapPrm:\t%016lx\nCapEff:\t%016lx\nCapBnd:\t%016lx\nCapAmb:\t%016lx\n", c->cap_inheritable,
		    c->cap_permitted, c->cap_effective, c->cap_bounding, c->cap_ambient);
	cred_put(c);
}

static void show_status_memory(struct text_buf *b, struct task *t)
{
	struct memory m;

	read_memory(t, &m);
	if (!m.has)
		return;
	const struct { const char *name; uint64_t pages; } rows[] = {
		{ "VmPeak", m.size_peak }, { "VmSize", m.size }, { "VmLck", m.locked }, { "VmPin", 0 }, { "VmHWM", m.peak },
		{ "VmRSS", m.resident }, { "RssAnon", m.resident - m.shared }, { "RssFile", m.shared - m.shmem }, { "RssShmem", m.shmem },
		{ "VmData", m.data }, { "VmStk", m.stack }, { "VmExe", m.exe }, { "VmLib", 0 }, { "VmPTE", m.tables },
		{ "VmSwap", 0 }, { "HugetlbPages", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		text_printf(b, "%s:\t%8lu kB\n", rows[i].name, KB(rows[i].pages));
	text_printf(b, "CoreDumping:\t%d\nTHP_enabled:\t%d\nuntag_mask:\t0xffffffffffffffff\n", load_relaxed(&t->process->dump) != NULL,
		    !m.no_huge);
}

static void show_affinity(struct text_buf *b, struct task *t)
{
	unsigned long *mask = kzalloc(BITMAP_LONGS(nr_cpus) * sizeof(long));
	unsigned words = DIV_ROUND_UP(nr_cpus, 32);

	if (!mask)
		return;
	sched_get_affinity(&t->thread, mask);
	text_printf(b, "Cpus_allowed:\t");
	for (unsigned i = words; i-- > 0; )
		text_printf(b, i + 1 == words ? "%x" : ",%08x", (unsigned)(mask[i / 2] >> (i % 2 * 32)));
	text_printf(b, "\nCpus_allowed_list:\t");
	for (unsigned cpu = 0, first = 1; cpu < nr_cpus; cpu++) {
		unsigned end = cpu;

		if (!bitmap_test(mask, cpu))
			continue;
		while (end + 1 < nr_cpus && bitmap_test(mask, end + 1))
			end++;
		text_printf(b, end > cpu ? "%s%u-%u" : "%s%u", first ? "" : ",", cpu, end);
		cpu = end;
		first = 0;
	}
	text_printf(b, "\n");
	kfree(mask);
}

static int tracer_nr(struct task *t, const struct pid_ns *ns)
{
	int nr = load_relaxed(&t->tracer_tid);          /* relaxed: a number, for show */
	struct pid *p;

	if (!nr || likely(!pid_ns_in_use))
		return nr;
	rcu_read_lock();
	p = pid_find_in(&pid_ns_initial, nr);
	nr = p ? pid_nr_in(p, ns) : 0;
	rcu_read_unlock();
	return nr;
}

/* p's number in each namespace that t has one in, from that of this /proc inwards; 0 where it has none. */
static void show_level(struct text_buf *b, const char *name, const struct task *t, const struct pid *p)
{
	const struct pid_ns *ns = b->view;

	text_printf(b, "%s:\t%d", name, p ? pid_nr_in(p, ns) : 0);
	for (unsigned i = ns->level; t->pid->levels && i < t->pid->levels->level; i++)
		text_printf(b, "\t%d", p ? pid_nr_in(p, t->pid->levels->at[i].ns) : 0);
	text_printf(b, "\n");
}

static void show_levels(struct text_buf *b, struct task *t)
{
	struct pid *pgrp, *session;

	spin_lock(&tasklist_lock);
	pgrp = t->process->pgrp;
	session = t->process->session;
	if (pgrp)
		pid_get(pgrp);
	if (session)
		pid_get(session);
	spin_unlock(&tasklist_lock);
	show_level(b, "NStgid", t, t->process->pid);
	show_level(b, "NSpid", t, t->pid);
	show_level(b, "NSpgid", t, pgrp);
	show_level(b, "NSsid", t, session);
	if (pgrp)
		pid_put(pgrp);
	if (session)
		pid_put(session);
}

static void show_umask(struct text_buf *b, struct task *t)
{
	int umask = -1;

	spin_lock(&t->lock);
	if (t->fs)
		umask = (int)t->fs->umask;
	spin_unlock(&t->lock);
	if (umask >= 0)                         /* a zombie has none */
		text_printf(b, "Umask:\t%04o\n", (unsigned)umask);
}

/* What a Linux says that knows nothing of its processor's speculation; of nodes there is one among 1024. */
static void show_machine(struct text_buf *b, struct task *t)
{
	text_printf(b, "Speculation_Store_Bypass:\tunknown\nSpeculationIndirectBranch:\tunknown\n");
	show_affinity(b, t);
	text_printf(b, "Mems_allowed:\t");
	for (unsigned i = 0; i < 31; i++)
		text_printf(b, "00000000,");
	text_printf(b, "00000001\nMems_allowed_list:\t0\n");
}

int proc_show_status(struct text_buf *b, struct task *t)
{
	struct process *p = t->process;
	struct family f;
	struct totals s;
	uint64_t ignored, caught;
	unsigned nr_filters, mode = seccomp_mode(t, &nr_filters), state = task_state(t);

	read_family(p, &f, b->view);
	read_totals(t, true, &s);
	read_actions(p, &ignored, &caught);
	text_printf(b, "Name:\t%s\n", t->comm);
	show_umask(b, t);
	text_printf(b, "State:\t%c (%s)\nTgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\nTracerPid:\t%d\n",
		    state_letters[state], state_names[state], f.tgid, pid_nr_in(t->pid, b->view), f.ppid, tracer_nr(t, b->view));
	show_ids(b, t);
	show_levels(b, t);
	text_printf(b, "Kthread:\t0\n");
	show_status_memory(b, t);
	text_printf(b, "Threads:\t%u\nSigQ:\t%ld/%lu\n", MAX(s.threads, 1u), signals_pending_of(t), (uint64_t)p->rlim[RLIMIT_SIGPENDING].rlim_cur);
	text_printf(b, "SigPnd:\t%016lx\nShdPnd:\t%016lx\nSigBlk:\t%016lx\nSigIgn:\t%016lx\nSigCgt:\t%016lx\n", t->pending.set,
		    p->shared_pending.set, t->blocked, ignored, caught);
	show_caps(b, t);
	text_printf(b, "NoNewPrivs:\t%d\nSeccomp:\t%u\nSeccomp_filters:\t%u\n", load_relaxed(&t->no_new_privs), mode, nr_filters);
	show_machine(b, t);
	return text_printf(b, "voluntary_ctxt_switches:\t%lu\nnonvoluntary_ctxt_switches:\t%lu\n"
			   "x86_Thread_features:\t\nx86_Thread_features_locked:\t\n", s.nvcsw, s.nivcsw);
}
