/*
 * sysv.h - System V shared memory, semaphores and message queues: the set of them that a namespace holds.
 */
#pragma once
#include <fs/file.h>
#include <sync/mutex.h>
#include <task/ns.h>

enum { SYSV_SHM, SYSV_SEM, SYSV_MSG, SYSV_KINDS };

struct sysv_object;
struct mq_attr;
struct task;

/* The objects of one kind. Keys: l lock, r RCU read. */
struct sysv_ids {
	struct mutex lock;
	struct sysv_slots *slots;               /* l, r */
	unsigned used;                          /* l */
	int highest;                            /* l: highest slot in use, -1: none */
	int last;                               /* l: slot that was given out last */
	uint16_t seq;                           /* l: grows when slots are used again */
	atomic_int next_id;                     /* l to take, a: the number that the next one is to have, or -1 */
};

/* Keys: i ids[].lock of the kind to write, read as single words; a atomic. */
struct ipc_ns {
	struct ns ns;
	struct sysv_ids ids[SYSV_KINDS];
	uint64_t shm_max, shm_all;              /* bytes of one, pages of all; i */
	int shm_mni, msg_mni;                   /* objects; i */
	int sem_msl, sem_mns, sem_opm, sem_mni; /* i */
	int msg_max, msg_mnb;                   /* bytes of a message, of a queue; i */
	uint64_t shm_pages;                     /* in all segments; i */
	int sem_used;                           /* semaphores in all sets; i */
	atomic_long msg_bytes, msg_count;       /* a */
	/* POSIX message queues (mqueue.c) */
	int mq_msg_max, mq_size_max, mq_msg_default, mq_size_default, mq_queues_max;    /* single words */
	atomic_int mq_count;                    /* a */
	struct mount *mq_mount;                 /* c: their file system */
	struct mutex mq_lock;                   /* one opens at a time */
	const struct mq_attr *mq_attr;          /* mq_lock: of the queue that its holder makes, or NULL */
};
extern struct ipc_ns ipc_ns_initial;
static inline struct ipc_ns *ipc_ns_current(void) { return container_of(ns_current(NS_IPC), struct ipc_ns, ns); }

/* The system calls' bodies, with their man pages' results. All may sleep. */
long shm_get(int key, uint64_t size, int flags);
long shm_attach(int id, uint64_t addr, int flags);
long shm_detach(uint64_t addr);
long shm_control(int id, int cmd, uaddr_t buf);
long sem_get(int key, int n, int flags);
long sem_operate(int id, uaddr_t ops, unsigned n, uint64_t deadline_ns);        /* ~0: no deadline */
long sem_control(int id, int index, int cmd, uint64_t arg);
long msg_get(int key, int flags);
long msg_send(int id, uaddr_t msg, size_t size, int flags);
long msg_receive(int id, uaddr_t msg, size_t size, long type, int flags);
long msg_control(int id, int cmd, uaddr_t buf);

/* /proc/sysvipc; arg unused. */
struct text_buf;
int shm_show(struct text_buf *b, void *arg);
int sem_show(struct text_buf *b, void *arg);
int msg_show(struct text_buf *b, void *arg);

/* Semaphore adjustments at exit: shared with CLONE_SYSVSEM. */
struct sem_undo_list;
__must_check int sem_undo_share(struct task *child, struct task *parent);       /* 0, -ENOMEM */
void sem_undo_exit(struct task *t);             /* the current task: does what is to be undone by its last sharer. May sleep */
void sem_undo_drop(struct task *unborn);        /* one that never ran */

void sysv_init(void);                           /* bring-up */
