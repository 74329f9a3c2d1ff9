/* socket_priv.h - what the calls on sockets share. */
#pragma once
#include <net/socket.h>

/* The socket of fd: 0, -EBADF, -ENOTSOCK. Pair with fd_return() when 0. */
__must_check int socket_borrow(int fd, struct fd_ref *r);
/* An address from user mode: 0, -EINVAL, -EFAULT. */
__must_check int addr_read(struct sock_addr *a, uaddr_t from, int len);
/* To user mode, cut at the room *user_len tells; *user_len becomes its whole length. 0, -EINVAL, -EFAULT. */
__must_check int addr_write(const struct sock_addr *a, uaddr_t to, uaddr_t user_len);
