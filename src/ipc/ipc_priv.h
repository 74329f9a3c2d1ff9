/* ipc_priv.h - bring-up of the room's parts. */
#pragma once
#include <base/types.h>
#include <base/atomic.h>

/* ---- limits of /proc/sys/fs ---- */
extern int pipe_max_size;                       /* bytes: what a task without CAP_SYS_RESOURCE may ask for */
extern uint64_t pipe_user_pages_soft, pipe_user_pages_hard;     /* 0: none */
extern uint64_t epoll_max_user_watches;
extern uint64_t aio_max_nr;
extern atomic_long aio_nr;
uint64_t pipe_size_round(uint64_t bytes);       /* a power of two of at least a page */


void pipe_init(void);
void eventfd_init(void);
void epoll_init(void);
void timerfd_init(void);
void signalfd_init(void);
void aio_init(void);
void ipc_limits_init(void);
struct ipc_ns;
void mqueue_init(void);
__must_check int mqueue_ns_setup(struct ipc_ns *ns);    /* 0, -ENOMEM */
void mqueue_ns_end(struct ipc_ns *ns);                  /* queues that are open live on */
void ipc_init(void);                            /* see ipc/pipe.h */
