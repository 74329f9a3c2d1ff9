/*
 * socket.h - sockets: files that two sides talk through. AF_UNIX so far.
 *
 * What <sys/socket.h> has and no UAPI header: the numbers of socket(2), send(2) and their family.
 */
#pragma once
#include <fs/file.h>
#include <linux/net.h>
#include <linux/socket.h>
#include <linux/un.h>
#include <asm/socket.h>

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_MAX 46
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3
#define SOCK_SEQPACKET 5
#define SOCK_TYPE_MASK 0xf
#define SOCK_TYPE_END 11
#define SOCK_CLOEXEC O_CLOEXEC
#define SOCK_NONBLOCK O_NONBLOCK
#define SHUT_RD 0
#define SHUT_WR 1
#define SHUT_RDWR 2
#define MSG_OOB 1u
#define MSG_PEEK 2u
#define MSG_CTRUNC 8u
#define MSG_TRUNC 0x20u
#define MSG_DONTWAIT 0x40u
#define MSG_EOR 0x80u
#define MSG_WAITALL 0x100u
#define MSG_ERRQUEUE 0x2000u
#define MSG_NOSIGNAL 0x4000u
#define MSG_WAITFORONE 0x10000u
#define MSG_CMSG_CLOEXEC 0x40000000u
#define MSG_CMSG_COMPAT 0x80000000u
#define SCM_RIGHTS 1
#define SCM_CREDENTIALS 2
#define SCM_PIDFD 4
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76                     /* of Linux 6.5 */
#define SO_PEERPIDFD 77
#endif
#define SOCKET_BACKLOG_MAX 4096u            /* net.core.somaxconn */

struct ucred_k { int pid; uint32_t uid, gid; };
struct sock_addr { unsigned len; union { uint16_t family; struct sockaddr_un un; char bytes[128]; }; };
struct packet_rights;
struct pid;

/* One send or receive. Control data: parsed before it is sent; written by who receives it. */
struct sock_msg {
	struct uio *u;
	unsigned flags;                         /* MSG_* asked for */
	unsigned out_flags;                     /* MSG_* to tell */
	struct sock_addr *addr;                 /* to; or from, len 0 when it has none; NULL: none, not wanted */
	uaddr_t control;                        /* receiving: room for control data, and how much is left of it */
	size_t control_left;
	struct packet_rights *rights;           /* sending: files to go along, or NULL. Consumed when sent */
	struct pid *pid;                        /* sending: borrowed credentials given by the sender, or NULL */
	struct ucred_k ucred;
};

bool file_is_socket(const struct file *f);
bool socket_is_stream(const struct file *f);
/* New files. 0, -EAFNOSUPPORT, -EPROTONOSUPPORT, -ESOCKTNOSUPPORT, -EINVAL, -ENOMEM. flags: SOCK_NONBLOCK. */
__must_check int socket_create(int family, int type, int protocol, uint32_t flags, struct file **out);
__must_check int socket_create_pair(int family, int type, int protocol, uint32_t flags, struct file *out[2]);

/* The calls of their names on a socket's file. All may sleep. */
__must_check int socket_bind(struct file *f, const struct sock_addr *a);
__must_check int socket_listen(struct file *f, unsigned backlog);
__must_check int socket_connect(struct file *f, const struct sock_addr *a);
__must_check int socket_accept(struct file *f, uint32_t flags, struct file **out);
__must_check int socket_name(struct file *f, bool of_peer, struct sock_addr *out);
__must_check int socket_shutdown(struct file *f, int how);
/* SO_ERROR: take what is pending, 0 or -errno; leave -errno for the next call. */
int socket_take_error(struct file *f);
void socket_keep_error(struct file *f, int err);
ssize_t socket_send(struct file *f, struct sock_msg *m);
ssize_t socket_receive(struct file *f, struct sock_msg *m);
__must_check int socket_set_option(struct file *f, int level, int option, uaddr_t value, int len);
__must_check int socket_get_option(struct file *f, int level, int option, uaddr_t value, uaddr_t user_len);

/*
 * What a higher floor lends: a new descriptor for a process, close-on-exec, not yet installed. -EINVAL when it is
 * gone. Set once at bring-up.
 */
struct socket_helpers { int (*pidfd_prepare)(struct pid *pid, struct file **out); };
void net_init(const struct socket_helpers *helpers);    /* bring-up, after file_init() */
