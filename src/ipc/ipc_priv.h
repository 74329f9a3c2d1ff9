/* ipc_priv.h - bring-up of the room's parts. */
#pragma once

void pipe_init(void);
void eventfd_init(void);
void epoll_init(void);
void timerfd_init(void);
void signalfd_init(void);
void ipc_limits_init(void);
struct ipc_ns;
void mqueue_init(void);
__must_check int mqueue_ns_setup(struct ipc_ns *ns);    /* 0, -ENOMEM */
void mqueue_ns_end(struct ipc_ns *ns);                  /* queues that are open live on */
void ipc_init(void);                            /* see ipc/pipe.h */
