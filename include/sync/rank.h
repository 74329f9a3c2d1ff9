/*
 * rank.h - every lock class, outermost first. A debug build panics when a lock is
 * taken while one of the same or a later rank is held (nested same-rank pairs use
 * *_nested and order by address). Mutexes are outside spinlocks always.
 */
#pragma once

enum lock_rank {
	RANK_NONE = 0,
	/* mutexes and other sleeping locks, outermost first */
	RANK_EXEC,              /* process->exec_lock                      */
	RANK_FILE_POS,          /* file->pos_lock                          */
	RANK_PSEUDO,            /* text of an opened generated file        */
	RANK_MOUNT_NS,          /* mount table changes                     */
	RANK_RENAME,            /* directory moves in one super block      */
	RANK_TTY,               /* tty->mutex: termios, open/close         */
	RANK_TTY_READ, RANK_TTY_WRITE,
	RANK_INOTIFY,           /* inotify: one adds or removes watches    */
	RANK_MQUEUE_NS,         /* a POSIX message queue being opened      */
	RANK_INODE_PARENT, RANK_INODE, RANK_INODE_CHILD,  /* inode->lock by depth */
	RANK_IPC_IDS,           /* System V: numbers and keys of a kind    */
	RANK_IPC_OBJECT,        /* one segment, set or queue               */
	RANK_PIPE,              /* pipe->lock                              */
	RANK_SOCKET_READ,       /* one reads from a socket                 */
	RANK_EPOLL_VISIT,       /* the epolls below one being looked at    */
	RANK_EPOLL, RANK_EPOLL_INNERMOST = RANK_EPOLL + 4,   /* one epoll watching another: outer first */
	RANK_AIO,               /* results being taken from a ring         */
	RANK_SPACE, RANK_SPACE_NESTED,  /* space->lock                     */
	RANK_VMALLOC,
	RANK_HOLD, RANK_HOLD_NESTED,    /* what a spinlock guards, kept for a long walk */
	RANK_MUTEX_LEAF,
	/* spinlocks, outermost first */
	RANK_TASKLIST,          /* process tree, groups, sessions          */
	RANK_SIGHAND,           /* process->sig lock                       */
	RANK_CPU_TIMERS,        /* process->cpu_timers_lock                */
	RANK_TASK,              /* task->lock: fs, files pointers          */
	RANK_FILE_LOCKS,        /* inodes that have been locked            */
	RANK_FDTABLE,
	RANK_INOTIFY_BUCKET, RANK_INOTIFY_EVENTS,
	RANK_DENTRY, RANK_DENTRY_CHILD, RANK_DCACHE_HASH,
	RANK_FILEMAP,
	RANK_PTE,               /* page-table page                         */
	RANK_FUTEX, RANK_FUTEX_NESTED,
	RANK_PI,                /* task->pi_lock: what it owns, waits for  */
	RANK_TIMERFD,           /* timerfd->lock                           */
	RANK_CLOCK_SET,         /* clock_set_waitq: alarms on real time    */
	RANK_SOCKET_BUCKET,     /* sockets by name                         */
	RANK_INFLIGHT,          /* sockets on their way through sockets    */
	RANK_SOCKET, RANK_SOCKET_NESTED,
	RANK_EPOLL_NEST,        /* which epoll watches which               */
	RANK_POLL,
	RANK_TTY_LDISC,         /* line discipline's state                 */
	RANK_DEVICE,            /* serial and friends                      */
	RANK_WAITQ, RANK_WAITQ_EPOLL, RANK_WAITQ_EPOLL_LAST = RANK_WAITQ_EPOLL + 4, /* taken in wake functions */
	RANK_TIMER,
	RANK_RUNQ, RANK_RUNQ_NESTED,
	RANK_SLAB, RANK_BUDDY, RANK_RCU, RANK_KLOG,
	RANK_LEAF,
};
