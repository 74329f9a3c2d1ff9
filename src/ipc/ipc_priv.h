/* ipc_priv.h - bring-up of the room's parts. */
#pragma once

void pipe_init(void);
void eventfd_init(void);
void epoll_init(void);
void ipc_limits_init(void);
void ipc_init(void);                            /* see ipc/pipe.h */
