/*
 * table.c - the system calls and what their arguments mean.
 *
 * A line gives a call's weight, what its result is good for, and a description per argument: a kind (K_*), the values
 * of flags, or the fields of a structure, which are descriptions again. Sets come from the UAPI and libc headers.
 * Calls that need care (fork, exec, exit, signal return) stand in odd.c.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <asm/prctl.h>
#include <linux/aio_abi.h>
#include <linux/capability.h>
#include <linux/falloc.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/kcmp.h>
#include <linux/membarrier.h>
#include <linux/mount.h>
#include <linux/nsfs.h>
#include <linux/openat2.h>
#include <linux/random.h>
#include <linux/rseq.h>
#include <linux/seccomp.h>
#include <linux/stat.h>
#include "fuzz.h"
#include "young.h"

#define AT_RECURSIVE 0x8000               /* <linux/fcntl.h> and <fcntl.h> do not go together, nor <sys/mount.h> and <linux/mount.h> */
#define MNT_FORCE 1
#define MNT_DETACH 2
#define MNT_EXPIRE 4
#define UMOUNT_NOFOLLOW 8

/* ---- words of the table ---- */
#define V(k)           { .kind = k }
#define T(text)        { .kind = K_STRING, .of = T_##text }
#define FDA            { .kind = K_FD, .of = FD_ANY }
#define FDK(k)         { .kind = K_FD, .of = k }
#define F(name)        { .kind = K_FLAGS, .nr = NELEM(set_##name), .set = set_##name, .names = names_##name }      /* any of them, or-ed */
#define E(name)        { .kind = K_ENUM, .nr = NELEM(set_##name), .set = set_##name, .names = names_##name }       /* one of them        */
#define S(name)        { .kind = K_STRUCT, .desc = &desc_##name }
#define A(name, most)  { .kind = K_ARRAY, .nr = most, .desc = &desc_##name }
#define C(value)       { .kind = K_CONST, .nr = 1, .set = (const uint64_t[]){ value } }
#define SET(name, ...) static const uint64_t set_##name[] = { __VA_ARGS__ }; \
	static const char names_##name[] __attribute__((unused)) = #__VA_ARGS__;
#define FIELD(type, member, ...) { offsetof(type, member), sizeof(((type *)0)->member), __VA_ARGS__ }
#define DESC(name, bytes, ...) static const struct field fields_##name[] = { __VA_ARGS__ }; \
	static const struct desc desc_##name = { bytes, NELEM(fields_##name), fields_##name };

SET(open, O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_NOCTTY, O_TRUNC, O_APPEND, O_NONBLOCK, O_DSYNC, O_ASYNC, O_DIRECT,
    O_LARGEFILE, O_DIRECTORY, O_NOFOLLOW, O_NOATIME, O_CLOEXEC, O_SYNC, O_PATH, O_TMPFILE)
SET(mode, 0, 0777, 0666, 0600, 0444, 0222, 07777, 01777, 02755, 04755)
SET(mknod, S_IFREG | 0666, S_IFIFO | 0666, S_IFSOCK | 0666, S_IFCHR | 0666, S_IFDIR | 0777, S_IFLNK | 0777, 0600)
SET(access, 0, 1, 2, 4, 7, 6)
SET(whence, SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE)
SET(at, 0, AT_SYMLINK_NOFOLLOW, AT_REMOVEDIR, AT_SYMLINK_FOLLOW, AT_NO_AUTOMOUNT, AT_EMPTY_PATH, AT_EACCESS, AT_STATX_FORCE_SYNC, AT_STATX_DONT_SYNC)
SET(prot, PROT_NONE, PROT_READ, PROT_WRITE, PROT_EXEC, PROT_READ | PROT_WRITE, PROT_GROWSDOWN, PROT_GROWSUP)
SET(map, MAP_PRIVATE, MAP_SHARED, MAP_SHARED_VALIDATE, MAP_PRIVATE | MAP_ANONYMOUS, MAP_SHARED | MAP_ANONYMOUS, MAP_FIXED, MAP_FIXED_NOREPLACE,
    MAP_GROWSDOWN, MAP_LOCKED, MAP_NORESERVE, MAP_POPULATE, MAP_STACK, MAP_HUGETLB, MAP_32BIT, MAP_NONBLOCK)
SET(mremap, 0, MREMAP_MAYMOVE, MREMAP_FIXED, MREMAP_MAYMOVE | MREMAP_FIXED, 4 | MREMAP_MAYMOVE, 7)
SET(msync, MS_ASYNC, MS_INVALIDATE, MS_SYNC)
SET(madvise, 0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 100)
SET(mlock, 0, 1, MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT)
SET(fadvise, 0, 1, 2, 3, 4, 5, 6)
SET(fallocate, 0, FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, FALLOC_FL_COLLAPSE_RANGE, FALLOC_FL_ZERO_RANGE, FALLOC_FL_INSERT_RANGE, FALLOC_FL_UNSHARE_RANGE)
SET(fcntl, F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW, F_SETOWN, F_GETOWN, F_SETSIG, F_GETSIG, F_SETOWN_EX, F_GETOWN_EX,
    F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_SETLEASE, F_GETLEASE, F_NOTIFY, F_DUPFD_CLOEXEC, F_SETPIPE_SZ, F_GETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS,
    F_GET_RW_HINT, F_SET_RW_HINT, 15, 16, 17)
SET(lock_type, F_RDLCK, F_WRLCK, F_UNLCK)
SET(flock, LOCK_SH, LOCK_EX, LOCK_UN, LOCK_SH | LOCK_NB, LOCK_EX | LOCK_NB)
SET(ioctl, TCGETS, TCSETS, TCSETSW, TCSETSF, TCGETA, TCSETA, TCSBRK, TCXONC, TCFLSH, TIOCEXCL, TIOCNXCL, TIOCSCTTY, TIOCGPGRP, TIOCSPGRP, TIOCOUTQ,
    TIOCSTI, TIOCGWINSZ, TIOCSWINSZ, FIONREAD, TIOCPKT, FIONBIO, TIOCNOTTY, TIOCSETD, TIOCGETD, TCSBRKP, TIOCGSID, TIOCGPTN, TIOCSPTLCK, TIOCGPTPEER,
    TIOCCONS, TIOCVHANGUP, FIONCLEX, FIOCLEX, FIOASYNC, FIOQSIZE, FIGETBSZ, FIBMAP, FS_IOC_GETFLAGS, FS_IOC_SETFLAGS, FS_IOC_FSGETXATTR, FICLONE,
    FIFREEZE, RNDGETENTCNT, RNDADDTOENTCNT, RNDADDENTROPY, RNDZAPENTCNT, NS_GET_USERNS, NS_GET_PARENT, NS_GET_NSTYPE, NS_GET_OWNER_UID,
    SIOCATMARK, SIOCGIFCONF, SIOCGSTAMP, 0x4b46, 0x5606, 0x5411)
SET(dup3, 0, O_CLOEXEC)
SET(pipe, 0, O_CLOEXEC, O_NONBLOCK, O_DIRECT, O_EXCL)
SET(rwf, 0, RWF_HIPRI, RWF_DSYNC, RWF_SYNC, RWF_NOWAIT, RWF_APPEND)
SET(splice, 0, SPLICE_F_MOVE, SPLICE_F_NONBLOCK, SPLICE_F_MORE, SPLICE_F_GIFT)
SET(poll_events, POLLIN, POLLOUT, POLLPRI, POLLRDHUP, POLLRDNORM, POLLWRBAND, POLLNVAL, 0xffff)
SET(epoll_op, EPOLL_CTL_ADD, EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL)
SET(epoll_events, EPOLLIN, EPOLLOUT, EPOLLET, EPOLLONESHOT, EPOLLEXCLUSIVE, EPOLLWAKEUP, EPOLLRDHUP, EPOLLPRI)
SET(domain, AF_UNIX, AF_UNIX, AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET)
SET(type, SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_RAW, SOCK_STREAM | SOCK_NONBLOCK, SOCK_DGRAM | SOCK_NONBLOCK, SOCK_SEQPACKET | SOCK_CLOEXEC)
SET(msg, 0, MSG_OOB, MSG_PEEK, MSG_DONTROUTE, MSG_CTRUNC, MSG_TRUNC, MSG_DONTWAIT, MSG_EOR, MSG_WAITALL, MSG_NOSIGNAL, MSG_MORE, MSG_WAITFORONE, MSG_CMSG_CLOEXEC)
SET(level, SOL_SOCKET, SOL_SOCKET, SOL_SOCKET, 0, 6)
SET(option, SO_DEBUG, SO_REUSEADDR, SO_TYPE, SO_ERROR, SO_BROADCAST, SO_SNDBUF, SO_RCVBUF, SO_KEEPALIVE, SO_LINGER, SO_PASSCRED, SO_PEERCRED,
    SO_RCVLOWAT, SO_SNDLOWAT, SO_RCVTIMEO, SO_SNDTIMEO, SO_ATTACH_FILTER, SO_DETACH_FILTER, SO_PEERNAME, SO_TIMESTAMP, SO_ACCEPTCONN, SO_PEERSEC,
    SO_SNDBUFFORCE, SO_RCVBUFFORCE, SO_PASSSEC, SO_MARK, SO_PROTOCOL, SO_DOMAIN, SO_PEEK_OFF, SO_PEERGROUPS, SO_BUSY_POLL, SO_ZEROCOPY, SO_COOKIE, 77)
SET(shutdown, 0, 1, 2)
SET(futex, FUTEX_WAIT, FUTEX_WAKE, FUTEX_FD, FUTEX_REQUEUE, FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP, FUTEX_LOCK_PI, FUTEX_UNLOCK_PI, FUTEX_TRYLOCK_PI, FUTEX_WAIT_BITSET,
    FUTEX_WAKE_BITSET, FUTEX_WAIT_REQUEUE_PI, FUTEX_CMP_REQUEUE_PI, 13, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, FUTEX_WAKE | FUTEX_PRIVATE_FLAG,
    FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG, FUTEX_LOCK_PI | FUTEX_PRIVATE_FLAG, FUTEX_UNLOCK_PI | FUTEX_PRIVATE_FLAG, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME)
SET(futex2, 2, 2, 2 | 128, 2 | 128, 0, 1, 3, 4, 64)
SET(futex_clock, CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME)
SET(policy_mode, 0, 1, 2, 3, 4, 5, 6, 2 | 1 << 15, 2 | 1 << 14, 3 | 1 << 13)
SET(policy_get, 0, 1, 2, 3, 4, 8)
SET(policy_move, 0, 1, 2, 3, 4, 8)
SET(nodes, 0, 1, 2, 64, 65, 1024, 1025, 32768, -1ul)
SET(sysfs, 1, 2, 3, 4)
SET(clock, CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, CLOCK_MONOTONIC_RAW, CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE,
    CLOCK_BOOTTIME, CLOCK_REALTIME_ALARM, CLOCK_BOOTTIME_ALARM, 10, CLOCK_TAI, 12, (uint32_t)-2, (uint32_t)-6, (uint32_t)-14)
SET(timer_flags, 0, TIMER_ABSTIME, 2, 3)
SET(timerfd_flags, 0, TFD_NONBLOCK, TFD_CLOEXEC)
SET(itimer, ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF, 3)
SET(notify, SIGEV_SIGNAL, SIGEV_NONE, SIGEV_THREAD, SIGEV_THREAD_ID)
SET(sig_how, SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK)
SET(sa, SA_NOCLDSTOP, SA_NOCLDWAIT, SA_SIGINFO, SA_ONSTACK, SA_RESTART, SA_NODEFER, SA_RESETHAND, 0x800, 0x04000000)
SET(ss, 0, SS_ONSTACK, SS_DISABLE, 1u << 31)
SET(si_code, SI_USER, SI_KERNEL, SI_QUEUE, SI_TIMER, SI_TKILL, 1, 5)
SET(eventfd, 0, EFD_SEMAPHORE, EFD_CLOEXEC, EFD_NONBLOCK)
SET(cloexec, 0, O_CLOEXEC, O_NONBLOCK)
SET(in_mask, IN_ACCESS, IN_MODIFY, IN_ATTRIB, IN_CLOSE_WRITE, IN_OPEN, IN_MOVED_FROM, IN_MOVED_TO, IN_CREATE, IN_DELETE, IN_DELETE_SELF, IN_MOVE_SELF,
    IN_ONLYDIR, IN_DONT_FOLLOW, IN_EXCL_UNLINK, IN_MASK_ADD, IN_MASK_CREATE, IN_ONESHOT, IN_ALL_EVENTS)
SET(memfd, 0, MFD_CLOEXEC, MFD_ALLOW_SEALING, MFD_HUGETLB, 8, 16)
SET(wait, WNOHANG, WNOHANG, WNOHANG | WUNTRACED, WNOHANG | WCONTINUED, WNOHANG | WEXITED, WNOHANG | WSTOPPED, WNOHANG | WNOWAIT | WEXITED, __WALL | WNOHANG, __WNOTHREAD | WNOHANG, __WCLONE | WNOHANG, WEXITED, 0)
SET(idtype, P_ALL, P_PID, P_PGID, 3)
SET(rlimit, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
SET(rusage, 0, (uint64_t)-1, 1)
SET(prio, 0, 1, 2)
SET(policy, 0, 1, 2, 3, 5, 6, 0x40000000)
SET(prctl, PR_SET_PDEATHSIG, PR_GET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_DUMPABLE, PR_GET_KEEPCAPS, PR_SET_KEEPCAPS, PR_GET_TIMING, PR_GET_NAME, PR_GET_SECCOMP,
    PR_CAPBSET_READ, PR_CAPBSET_DROP, PR_GET_TSC, PR_SET_TSC, PR_GET_SECUREBITS, PR_SET_SECUREBITS, PR_SET_TIMERSLACK, PR_GET_TIMERSLACK, PR_SET_MM,
    PR_SET_PTRACER, PR_SET_CHILD_SUBREAPER, PR_GET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS, PR_GET_TID_ADDRESS, PR_SET_THP_DISABLE,
    PR_GET_THP_DISABLE, PR_CAP_AMBIENT, PR_GET_SPECULATION_CTRL, PR_SET_SPECULATION_CTRL, PR_SET_IO_FLUSHER, 58, 59, 62, 0x53564d41, 9999)
SET(arch_prctl, ARCH_SET_GS, ARCH_GET_FS, ARCH_GET_GS, ARCH_SET_FS, ARCH_GET_CPUID, ARCH_SET_CPUID, 0x1021, 0x1022, 0x2001)
SET(personality, 0, 0x0040000, 0x0400000, 0x0200000, 0x0100000, 8, 0xffffffff, 0x0008000)
SET(ipc, IPC_PRIVATE, 1, 2, 3, 0x12345)
SET(ipcflags, IPC_CREAT | 0666, IPC_CREAT | 0600, IPC_CREAT | IPC_EXCL | 0666, 0, SHM_HUGETLB, SHM_NORESERVE)
SET(msgflags, 0, IPC_NOWAIT, MSG_NOERROR, MSG_EXCEPT, 040000)
SET(msgctl, IPC_RMID, IPC_SET, IPC_STAT, IPC_INFO, 11, 12, 13)
SET(semctl, IPC_RMID, IPC_SET, IPC_STAT, GETPID, GETVAL, GETALL, GETNCNT, GETZCNT, SETVAL, SETALL, IPC_INFO, 18, 19, 20)
SET(shmctl, IPC_RMID, IPC_SET, IPC_STAT, IPC_INFO, SHM_LOCK, SHM_UNLOCK, 13, 14, 15)
SET(shmat, 0, SHM_RDONLY, SHM_RND, SHM_REMAP, SHM_EXEC)
SET(semflags, 0, IPC_NOWAIT, SEM_UNDO, IPC_NOWAIT | SEM_UNDO)
SET(rename, 0, 1, 2, 4)
SET(xattr, 0, XATTR_CREATE, XATTR_REPLACE)
SET(statx, STATX_BASIC_STATS, STATX_ALL, STATX_BTIME, 0, 1u << 31)
SET(resolve, 0, RESOLVE_NO_XDEV, RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH, RESOLVE_IN_ROOT, RESOLVE_CACHED)
SET(ptrace, PTRACE_TRACEME, PTRACE_PEEKTEXT, PTRACE_PEEKUSER, PTRACE_POKEDATA, PTRACE_POKEUSER, PTRACE_CONT, PTRACE_CONT, PTRACE_KILL, PTRACE_SINGLESTEP, PTRACE_GETREGS,
    PTRACE_SETREGS, PTRACE_GETFPREGS, PTRACE_SETFPREGS, PTRACE_ATTACH, PTRACE_ATTACH, PTRACE_DETACH, PTRACE_DETACH, PTRACE_SYSCALL, PTRACE_SETOPTIONS, PTRACE_GETEVENTMSG, PTRACE_GETSIGINFO,
    PTRACE_SETSIGINFO, PTRACE_GETREGSET, PTRACE_SETREGSET, PTRACE_SEIZE, PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_LISTEN, PTRACE_PEEKSIGINFO, PTRACE_GETSIGMASK, PTRACE_SETSIGMASK, 0x420e, 25, 31, 32)
SET(membarrier, MEMBARRIER_CMD_QUERY, MEMBARRIER_CMD_GLOBAL, MEMBARRIER_CMD_GLOBAL_EXPEDITED, MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, MEMBARRIER_CMD_PRIVATE_EXPEDITED,
    MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 32, 64, 128, 256, 512)
SET(kcmp, 0, 1, 2, 3, 4, 5, 6, 7)
SET(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_SET_MODE_FILTER, SECCOMP_GET_ACTION_AVAIL, SECCOMP_GET_NOTIF_SIZES, 9)
SET(seccomp_flags, 0, SECCOMP_FILTER_FLAG_TSYNC, SECCOMP_FILTER_FLAG_LOG, SECCOMP_FILTER_FLAG_NEW_LISTENER, SECCOMP_FILTER_FLAG_TSYNC_ESRCH)
SET(bpf_code, BPF_LD | BPF_W | BPF_ABS, BPF_ALU | BPF_ADD | BPF_K, BPF_ALU | BPF_DIV | BPF_X, BPF_JMP | BPF_JA, BPF_JMP | BPF_JEQ | BPF_K, BPF_JMP | BPF_JGT | BPF_X,
    BPF_RET | BPF_K, BPF_RET | BPF_A, BPF_ST, BPF_STX, BPF_LD | BPF_MEM, BPF_LDX | BPF_MEM, BPF_MISC | BPF_TAX, BPF_ALU | BPF_LSH | BPF_K, BPF_LDX | BPF_W | BPF_LEN)
SET(bpf_k, SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | 5, SECCOMP_RET_TRAP, SECCOMP_RET_TRACE | 3, SECCOMP_RET_LOG, 0, 1, 4, 16, 60, 15, 31, 32, 0xffffffff)
SET(unshare, 0, CLONE_FS, CLONE_FILES, CLONE_SYSVSEM, CLONE_THREAD, CLONE_VM, CLONE_SIGHAND, CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWCGROUP)
SET(swap, 0, 0x8000)
SET(umount, 0, MNT_FORCE, MNT_DETACH, MNT_EXPIRE, UMOUNT_NOFOLLOW)
SET(mount, 0, MS_RDONLY, MS_NOSUID, MS_REMOUNT, MS_BIND, MS_MOVE, MS_REC, MS_PRIVATE, MS_SHARED, MS_SILENT, MS_NOEXEC)
SET(random, 0, GRND_NONBLOCK, GRND_RANDOM, 4)
SET(getrandom_len, 0, 1, 16, 255, 256, 257, 4096, 65537)
SET(cap_version, _LINUX_CAPABILITY_VERSION_1, _LINUX_CAPABILITY_VERSION_2, _LINUX_CAPABILITY_VERSION_3, 0)
SET(syslog, 0, 1, 2, 3, 9, 10)
SET(adj, 0, ADJ_OFFSET, ADJ_FREQUENCY, ADJ_STATUS, ADJ_TICK, ADJ_OFFSET_SS_READ, ADJ_SETOFFSET)
SET(rseq, 0, 1)
SET(sync, 0, 1, 2, 4, 7)
SET(close_range, 0, 2, 4, 6)
SET(mq_open, O_RDWR | O_CREAT, O_RDONLY, O_WRONLY, O_RDWR | O_CREAT | O_EXCL, O_RDWR | O_NONBLOCK | O_CREAT)
SET(caps, 0, 0, 1, 0x21, 0xffffffff)
SET(iocb, IOCB_CMD_PREAD, IOCB_CMD_PWRITE, IOCB_CMD_FSYNC, IOCB_CMD_FDSYNC, IOCB_CMD_POLL, IOCB_CMD_NOOP, IOCB_CMD_PREADV, IOCB_CMD_PWRITEV)
SET(fsopen, 0, FSOPEN_CLOEXEC)
SET(fsconfig, FSCONFIG_SET_FLAG, FSCONFIG_SET_STRING, FSCONFIG_SET_STRING, FSCONFIG_SET_BINARY, FSCONFIG_SET_PATH, FSCONFIG_SET_PATH_EMPTY, FSCONFIG_SET_FD,
    FSCONFIG_CMD_CREATE, FSCONFIG_CMD_CREATE, FSCONFIG_CMD_RECONFIGURE, 8)
SET(fsmount, 0, FSMOUNT_CLOEXEC)
SET(fspick, 0, FSPICK_CLOEXEC, FSPICK_SYMLINK_NOFOLLOW, FSPICK_NO_AUTOMOUNT, FSPICK_EMPTY_PATH)
SET(open_tree, OPEN_TREE_CLONE, OPEN_TREE_CLONE, OPEN_TREE_CLOEXEC, AT_RECURSIVE, AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW)
SET(move_mount, MOVE_MOUNT_F_EMPTY_PATH, MOVE_MOUNT_F_EMPTY_PATH, 0, MOVE_MOUNT_F_SYMLINKS, MOVE_MOUNT_T_SYMLINKS, MOVE_MOUNT_T_EMPTY_PATH, MOVE_MOUNT_SET_GROUP)
SET(mount_attr, 0, MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOATIME, MOUNT_ATTR_STRICTATIME, MOUNT_ATTR_NODIRATIME, MOUNT_ATTR_IDMAP)
SET(setattr_at, 0, AT_EMPTY_PATH, AT_RECURSIVE, AT_SYMLINK_NOFOLLOW)
SET(propagation, 0, 0, MS_PRIVATE, MS_SHARED, MS_SLAVE, MS_UNBINDABLE)
SET(attr_size, 32, 32, 32, 0, 31, 40)
SET(setns, 0, CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWCGROUP)
SET(fsuid, 0, 1, 1000, (uint64_t)-1)

SET(controllen, 0, 1, 12, 16, 20, 24, 28, 32, 40, 64, 128, 256, 4096, 1ul << 31)
SET(socklen, 0, 1, 2, 3, 5, 16, 109, 110, 111, 128, 129, (uint64_t)-1)
SET(how_size, 24, 24, 24, 0, 16, 23, 25, 32, 4096, 4097)
SET(prctl_mm, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)

/* ---- structures ---- */
DESC(timespec, 16, { 0, 8, V(K_SEC) }, { 8, 8, V(K_NSEC) })
DESC(timeval, 16, { 0, 8, V(K_SEC) }, { 8, 8, V(K_USEC) })
DESC(two_timespec, 32, { 0, 8, V(K_SEC) }, { 8, 8, V(K_NSEC) }, { 16, 8, V(K_SEC) }, { 24, 8, V(K_NSEC) })
DESC(two_timeval, 32, { 0, 8, V(K_SEC) }, { 8, 8, V(K_USEC) }, { 16, 8, V(K_SEC) }, { 24, 8, V(K_USEC) })
DESC(iovec, 16, { 0, 8, V(K_OUT) }, { 8, 8, V(K_LEN) })
DESC(int, 4, { 0, 4, V(K_INT) })
DESC(offset, 8, { 0, 8, V(K_OFF) })
DESC(len, 4, { 0, 4, V(K_SMALL) })
DESC(words, 64, { 0, 8, V(K_LONG) }, { 8, 8, V(K_INT) }, { 16, 8, V(K_SMALL) }, { 24, 8, V(K_RANDOM) }, { 32, 8, V(K_OUT) }, { 40, 8, V(K_PID) }, { 48, 8, V(K_LEN) }, { 56, 8, V(K_RANDOM) })
DESC(sigset, 8, { 0, 8, V(K_SIGSET) })
DESC(sigaction, 32, { 0, 8, V(K_HANDLER) }, { 8, 8, F(sa) }, { 16, 8, V(K_RESTORER) }, { 24, 8, V(K_SIGSET) })
DESC(siginfo, 128, { 0, 4, V(K_SIG) }, { 4, 4, V(K_INT) }, { 8, 4, E(si_code) }, { 16, 4, V(K_PID) }, { 20, 4, V(K_UID) }, { 24, 8, V(K_LONG) })
DESC(stack, 24, { 0, 8, V(K_OUT) }, { 8, 4, F(ss) }, { 16, 8, V(K_LEN) })
DESC(sigevent, 64, { 0, 8, V(K_LONG) }, { 8, 4, V(K_SIG) }, { 12, 4, E(notify) }, { 16, 4, V(K_PID) })
DESC(sigset_ref, 16, { 0, 8, S(sigset) }, { 8, 8, C(8) })
DESC(pollfd, 8, { 0, 4, FDA }, { 4, 2, F(poll_events) })
DESC(epoll_event, 12, { 0, 4, F(epoll_events) }, { 4, 8, V(K_RANDOM) })
DESC(flock, 32, FIELD(struct flock, l_type, E(lock_type)), FIELD(struct flock, l_whence, E(whence)), FIELD(struct flock, l_start, V(K_OFF)),
     FIELD(struct flock, l_len, V(K_OFF)), FIELD(struct flock, l_pid, V(K_PID)))
DESC(msghdr, sizeof(struct msghdr), FIELD(struct msghdr, msg_name, V(K_SOCKADDR)), FIELD(struct msghdr, msg_namelen, V(K_SMALL)), FIELD(struct msghdr, msg_iov, A(iovec, 6)),
     { offsetof(struct msghdr, msg_iovlen), 8, V(K_SMALL) }, FIELD(struct msghdr, msg_control, V(K_CONTROL)), { offsetof(struct msghdr, msg_controllen), 8, E(controllen) },
     FIELD(struct msghdr, msg_flags, F(msg)))
DESC(mmsghdr, sizeof(struct msghdr) + 8, FIELD(struct msghdr, msg_name, V(K_SOCKADDR)), FIELD(struct msghdr, msg_namelen, V(K_SMALL)), FIELD(struct msghdr, msg_iov, A(iovec, 6)),
     { offsetof(struct msghdr, msg_iovlen), 8, V(K_SMALL) }, FIELD(struct msghdr, msg_control, V(K_CONTROL)), { offsetof(struct msghdr, msg_controllen), 8, E(controllen) })
DESC(rlimit, 16, { 0, 8, V(K_LEN) }, { 8, 8, V(K_LEN) })
DESC(sched_attr, 56, { 0, 4, C(56) }, { 4, 4, E(policy) }, { 8, 8, V(K_SMALL) }, { 16, 4, V(K_INT) }, { 20, 4, V(K_SMALL) }, { 24, 8, V(K_NSEC) }, { 32, 8, V(K_NSEC) }, { 40, 8, V(K_NSEC) }, { 48, 8, V(K_INT) })
DESC(sembuf, 6, { 0, 2, V(K_SMALL) }, { 2, 2, V(K_INT) }, { 4, 2, F(semflags) })
DESC(msgbuf, 256, { 0, 8, V(K_SMALL) })
DESC(ipc_ds, 128, { 0, 4, V(K_INT) }, { 4, 4, V(K_UID) }, { 8, 4, V(K_UID) }, { 20, 4, F(mode) }, { 48, 8, V(K_LEN) }, { 88, 8, V(K_LEN) })
DESC(mq_attr, 64, { 0, 8, E(cloexec) }, { 8, 8, V(K_SMALL) }, { 16, 8, V(K_LEN) }, { 24, 8, V(K_SMALL) })
DESC(open_how, 24, { 0, 8, F(open) }, { 8, 8, E(mode) }, { 16, 8, F(resolve) })
DESC(insn, 8, { 0, 2, E(bpf_code) }, { 2, 1, V(K_SMALL) }, { 3, 1, V(K_SMALL) }, { 4, 4, E(bpf_k) })
DESC(fprog, 16, { 0, 2, V(K_SMALL) }, { 8, 8, A(insn, 12) })
DESC(utimbuf, 16, { 0, 8, V(K_SEC) }, { 8, 8, V(K_SEC) })
DESC(cap_header, 8, { 0, 4, E(cap_version) }, { 4, 4, V(K_PID) })
DESC(cap_data, 24, { 0, 4, E(caps) }, { 4, 4, E(caps) }, { 8, 4, E(caps) })
DESC(timex, sizeof(struct timex), { 0, 4, F(adj) }, { 8, 8, V(K_LONG) }, { 16, 8, V(K_LONG) }, { 40, 4, V(K_INT) })
DESC(robust, 24, { 0, 8, V(K_OUT) }, { 8, 8, V(K_INT) }, { 16, 8, V(K_OUT) })
DESC(rseq, 32, { 0, 8, C(0) }, { 8, 8, V(K_OUT) }, { 16, 8, C(0) })
DESC(mount_attr, 32, { 0, 8, F(mount_attr) }, { 8, 8, F(mount_attr) }, { 16, 8, E(propagation) }, { 24, 8, FDK(FD_NS) })
DESC(iocb, 64, { 0, 8, V(K_RANDOM) }, { 12, 4, E(rwf) }, { 16, 2, E(iocb) }, { 20, 4, FDA }, { 24, 8, V(K_OUT) }, { 32, 8, V(K_LEN) }, { 40, 8, V(K_OFF) }, { 56, 4, E(cloexec) }, { 60, 4, FDK(FD_EVENT) })
DESC(iocb_ref, 8, { 0, 8, S(iocb) })
DESC(waiter, 24, { 0, 8, V(K_SMALL) }, { 8, 8, V(K_OUT) }, { 16, 4, E(futex2) }, { 20, 4, C(0) })
DESC(word, 8, { 0, 8, V(K_SMALL) })
DESC(page, 8, { 0, 8, V(K_ADDR) })
DESC(range, 16, { 0, 8, V(K_OFF) }, { 8, 8, V(K_OFF) })
DESC(owner, 8, { 0, 4, V(K_SMALL) }, { 4, 4, V(K_PID) })

const struct call calls[] = {
#define CALL(name, weight, gives, ...) { #name, SYS_##name, weight, gives, { __VA_ARGS__ } },
	/* files */
	CALL(read, 6, 0, FDA, V(K_OUT), V(K_LEN))
	CALL(write, 6, 0, FDA, V(K_IN), V(K_LEN))
	CALL(open, 4, G_FD(FD_ANY), V(K_PATH), F(open), E(mode))
	CALL(openat, 6, G_FD(FD_ANY), FDK(FD_DIR), V(K_PATH), F(open), E(mode))
	CALL(openat2, 3, G_FD(FD_ANY), FDK(FD_DIR), V(K_PATH), S(open_how), E(how_size))
	CALL(creat, 2, G_FD(FD_FILE), V(K_PATH), E(mode))
	CALL(close, 5, 0, FDA)
	CALL(close_range, 1, 0, FDA, FDA, F(close_range))
	CALL(stat, 2, 0, V(K_PATH), V(K_OUT))
	CALL(fstat, 2, 0, FDA, V(K_OUT))
	CALL(lstat, 2, 0, V(K_PATH), V(K_OUT))
	CALL(newfstatat, 2, 0, FDK(FD_DIR), V(K_PATH), V(K_OUT), F(at))
	CALL(statx, 2, 0, FDK(FD_DIR), V(K_PATH), F(at), F(statx), V(K_OUT))
	CALL(lseek, 3, 0, FDA, V(K_OFF), E(whence))
	CALL(pread64, 3, 0, FDA, V(K_OUT), V(K_LEN), V(K_OFF))
	CALL(pwrite64, 3, 0, FDA, V(K_IN), V(K_LEN), V(K_OFF))
	CALL(readv, 3, 0, FDA, A(iovec, 8), V(K_SMALL))
	CALL(writev, 3, 0, FDA, A(iovec, 8), V(K_SMALL))
	CALL(preadv, 2, 0, FDA, A(iovec, 8), V(K_SMALL), V(K_OFF), V(K_INT))
	CALL(pwritev, 2, 0, FDA, A(iovec, 8), V(K_SMALL), V(K_OFF), V(K_INT))
	CALL(preadv2, 2, 0, FDA, A(iovec, 8), V(K_SMALL), V(K_OFF), V(K_INT), F(rwf))
	CALL(pwritev2, 2, 0, FDA, A(iovec, 8), V(K_SMALL), V(K_OFF), V(K_INT), F(rwf))
	CALL(sendfile, 3, 0, FDA, FDA, S(offset), V(K_LEN))
	CALL(splice, 4, 0, FDA, S(offset), FDA, S(offset), V(K_LEN), F(splice))
	CALL(tee, 2, 0, FDK(FD_PIPE), FDK(FD_PIPE), V(K_LEN), F(splice))
	CALL(vmsplice, 3, 0, FDK(FD_PIPE), A(iovec, 8), V(K_SMALL), F(splice))
	CALL(copy_file_range, 3, 0, FDK(FD_FILE), S(offset), FDK(FD_FILE), S(offset), V(K_LEN), E(rseq))
	CALL(access, 1, 0, V(K_PATH), E(access))
	CALL(faccessat, 1, 0, FDK(FD_DIR), V(K_PATH), E(access))
	CALL(faccessat2, 1, 0, FDK(FD_DIR), V(K_PATH), E(access), F(at))
	CALL(dup, 2, G_FD(FD_ANY), FDA)
	CALL(dup2, 3, G_FD(FD_ANY), FDA, FDA)
	CALL(dup3, 2, G_FD(FD_ANY), FDA, FDA, F(dup3))
	CALL(fcntl, 6, 0, FDA, E(fcntl), V(K_INT))
	CALL(fcntl, 4, 0, FDA, E(fcntl), S(flock))
	CALL(fcntl, 1, 0, FDA, E(fcntl), S(owner))
	CALL(flock, 2, 0, FDA, E(flock))
	CALL(ioctl, 3, 0, FDA, E(ioctl), S(words))
	CALL(ioctl, 3, 0, FDK(FD_TTY), E(ioctl), S(words))
	CALL(ioctl, 2, 0, FDA, E(ioctl), V(K_INT))
	CALL(fsync, 1, 0, FDA)
	CALL(fdatasync, 1, 0, FDA)
	CALL(sync_file_range, 1, 0, FDA, V(K_OFF), V(K_OFF), F(sync))
	CALL(syncfs, 1, 0, FDA)
	CALL(truncate, 2, 0, V(K_PATH), V(K_OFF))
	CALL(ftruncate, 4, 0, FDK(FD_FILE), V(K_OFF))
	CALL(fallocate, 4, 0, FDK(FD_FILE), F(fallocate), V(K_OFF), V(K_OFF))
	CALL(fadvise64, 1, 0, FDA, V(K_OFF), V(K_OFF), E(fadvise))
	CALL(readahead, 1, 0, FDA, V(K_OFF), V(K_LEN))
	CALL(getdents, 2, 0, FDK(FD_DIR), V(K_OUT), V(K_LEN))
	CALL(getdents64, 3, 0, FDK(FD_DIR), V(K_OUT), V(K_LEN))
	CALL(getcwd, 1, 0, V(K_OUT), V(K_LEN))
	CALL(chdir, 1, 0, V(K_PATH))
	CALL(fchdir, 1, 0, FDK(FD_DIR))
	CALL(rename, 4, 0, V(K_PATH), V(K_PATH))
	CALL(renameat, 2, 0, FDK(FD_DIR), V(K_PATH), FDK(FD_DIR), V(K_PATH))
	CALL(renameat2, 4, 0, FDK(FD_DIR), V(K_PATH), FDK(FD_DIR), V(K_PATH), F(rename))
	CALL(mkdir, 3, 0, V(K_PATH), E(mode))
	CALL(mkdirat, 1, 0, FDK(FD_DIR), V(K_PATH), E(mode))
	CALL(rmdir, 2, 0, V(K_PATH))
	CALL(link, 3, 0, V(K_PATH), V(K_PATH))
	CALL(linkat, 2, 0, FDK(FD_DIR), V(K_PATH), FDK(FD_DIR), V(K_PATH), F(at))
	CALL(unlink, 3, 0, V(K_PATH))
	CALL(unlinkat, 2, 0, FDK(FD_DIR), V(K_PATH), F(at))
	CALL(symlink, 3, 0, V(K_PATH), V(K_PATH))
	CALL(symlinkat, 1, 0, V(K_PATH), FDK(FD_DIR), V(K_PATH))
	CALL(readlink, 2, 0, V(K_PATH), V(K_OUT), V(K_LEN))
	CALL(readlinkat, 1, 0, FDK(FD_DIR), V(K_PATH), V(K_OUT), V(K_LEN))
	CALL(chmod, 1, 0, V(K_PATH), E(mode))
	CALL(fchmod, 1, 0, FDA, E(mode))
	CALL(fchmodat, 1, 0, FDK(FD_DIR), V(K_PATH), E(mode))
	CALL(fchmodat2, 1, 0, FDK(FD_DIR), V(K_PATH), E(mode), F(at))
	CALL(chown, 1, 0, V(K_PATH), V(K_UID), V(K_UID))
	CALL(fchown, 1, 0, FDA, V(K_UID), V(K_UID))
	CALL(lchown, 1, 0, V(K_PATH), V(K_UID), V(K_UID))
	CALL(fchownat, 1, 0, FDK(FD_DIR), V(K_PATH), V(K_UID), V(K_UID), F(at))
	CALL(umask, 1, 0, E(mode))
	CALL(utime, 1, 0, V(K_PATH), S(utimbuf))
	CALL(utimes, 1, 0, V(K_PATH), S(two_timeval))
	CALL(futimesat, 1, 0, FDK(FD_DIR), V(K_PATH), S(two_timeval))
	CALL(utimensat, 1, 0, FDK(FD_DIR), V(K_PATH), S(two_timespec), F(at))
	CALL(mknod, 2, 0, V(K_PATH), E(mknod), V(K_DEVICE))
	CALL(mknodat, 1, 0, FDK(FD_DIR), V(K_PATH), E(mknod), V(K_DEVICE))
	CALL(statfs, 1, 0, V(K_PATH), V(K_OUT))
	CALL(fstatfs, 1, 0, FDA, V(K_OUT))
	CALL(setxattr, 2, 0, V(K_PATH), V(K_XATTR), V(K_IN), V(K_LEN), F(xattr))
	CALL(lsetxattr, 1, 0, V(K_PATH), V(K_XATTR), V(K_IN), V(K_LEN), F(xattr))
	CALL(fsetxattr, 2, 0, FDA, V(K_XATTR), V(K_IN), V(K_LEN), F(xattr))
	CALL(getxattr, 1, 0, V(K_PATH), V(K_XATTR), V(K_OUT), V(K_LEN))
	CALL(lgetxattr, 1, 0, V(K_PATH), V(K_XATTR), V(K_OUT), V(K_LEN))
	CALL(fgetxattr, 1, 0, FDA, V(K_XATTR), V(K_OUT), V(K_LEN))
	CALL(listxattr, 1, 0, V(K_PATH), V(K_OUT), V(K_LEN))
	CALL(llistxattr, 1, 0, V(K_PATH), V(K_OUT), V(K_LEN))
	CALL(flistxattr, 1, 0, FDA, V(K_OUT), V(K_LEN))
	CALL(removexattr, 1, 0, V(K_PATH), V(K_XATTR))
	CALL(lremovexattr, 1, 0, V(K_PATH), V(K_XATTR))
	CALL(fremovexattr, 1, 0, FDA, V(K_XATTR))
	CALL(inotify_init, 1, G_FD(FD_INOTIFY))
	CALL(inotify_init1, 1, G_FD(FD_INOTIFY), F(cloexec))
	CALL(inotify_add_watch, 3, G_ID, FDK(FD_INOTIFY), V(K_PATH), F(in_mask))
	CALL(inotify_rm_watch, 1, 0, FDK(FD_INOTIFY), V(K_SMALL))
	CALL(memfd_create, 2, G_FD(FD_MEMFD), V(K_STRING), F(memfd))
	CALL(mount, 3, 0, V(K_PATH), V(K_PATH), T(FSTYPE), F(mount), V(K_STRING))
	CALL(mount, 2, 0, V(K_PATH), V(K_PATH), T(FSTYPE), C(0), C(0))
	CALL(mount, 1, 0, V(K_PATH), V(K_PATH), C(0), C(MS_BIND), C(0))
	CALL(umount2, 2, 0, V(K_PATH), F(umount))
	CALL(fsopen, 2, G_FD(FD_CONTEXT), T(FSTYPE), E(fsopen))
	CALL(fsconfig, 4, 0, FDK(FD_CONTEXT), E(fsconfig), T(FSKEY), T(FSVALUE), C(0))
	CALL(fsconfig, 3, 0, FDK(FD_CONTEXT), C(FSCONFIG_CMD_CREATE), C(0), C(0), C(0))
	CALL(fsmount, 3, G_FD(FD_MOUNT), FDK(FD_CONTEXT), E(fsmount), F(mount_attr))
	CALL(fspick, 1, G_FD(FD_CONTEXT), FDK(FD_DIR), V(K_PATH), F(fspick))
	CALL(open_tree, 3, G_FD(FD_MOUNT), FDK(FD_DIR), V(K_PATH), F(open_tree))
	CALL(move_mount, 3, 0, FDK(FD_MOUNT), T(EMPTY), FDK(FD_DIR), V(K_PATH), F(move_mount))
	CALL(mount_setattr, 2, 0, FDK(FD_DIR), V(K_PATH), F(setattr_at), S(mount_attr), E(attr_size))
	CALL(mount_setattr, 1, 0, FDK(FD_MOUNT), T(EMPTY), C(AT_EMPTY_PATH), S(mount_attr), E(attr_size))
	CALL(chroot, 1, 0, V(K_PATH))
	CALL(pivot_root, 1, 0, V(K_PATH), V(K_PATH))
	CALL(swapon, 1, 0, V(K_PATH), F(swap))
	CALL(swapoff, 1, 0, V(K_PATH))
	CALL(sync, 1, 0)
	CALL(ustat, 1, 0, V(K_DEVICE), V(K_OUT))
	CALL(sysfs, 1, 0, E(sysfs), V(K_OUT), V(K_OUT))
	CALL(vhangup, 1, 0)

	/* memory */
	CALL(mmap, 8, G_MAP, V(K_ADDR), V(K_MLEN), F(prot), F(map), FDA, V(K_MLEN))
	CALL(mmap, 4, G_MAP, C(0), V(K_MLEN), C(PROT_READ | PROT_WRITE), C(MAP_PRIVATE | MAP_ANONYMOUS), C(-1ul), C(0))
	CALL(mmap, 3, G_MAP, C(0), V(K_MLEN), F(prot), E(map), FDK(FD_FILE), V(K_MLEN))
	CALL(munmap, 5, 0, V(K_ADDR), V(K_MLEN))
	CALL(mprotect, 4, 0, V(K_ADDR), V(K_MLEN), F(prot))
	CALL(mremap, 5, G_MAP, V(K_ADDR), V(K_MLEN), V(K_MLEN), F(mremap), V(K_ADDR))
	CALL(msync, 1, 0, V(K_ADDR), V(K_MLEN), F(msync))
	CALL(mincore, 1, 0, V(K_ADDR), V(K_MLEN), V(K_OUT))
	CALL(madvise, 5, 0, V(K_ADDR), V(K_MLEN), E(madvise))
	CALL(mlock, 1, 0, V(K_ADDR), V(K_MLEN))
	CALL(mlock2, 1, 0, V(K_ADDR), V(K_MLEN), F(mlock))
	CALL(munlock, 1, 0, V(K_ADDR), V(K_MLEN))
	CALL(mlockall, 1, 0, F(mlock))
	CALL(munlockall, 1, 0)
	CALL(brk, 1, 0, V(K_ADDR))
	CALL(process_vm_readv, 2, 0, V(K_PID), A(iovec, 4), V(K_SMALL), A(iovec, 4), V(K_SMALL), E(rseq))
	CALL(process_vm_writev, 2, 0, V(K_PID), A(iovec, 4), V(K_SMALL), A(iovec, 4), V(K_SMALL), E(rseq))
	CALL(membarrier, 1, 0, E(membarrier), E(rseq), V(K_INT))

	CALL(process_madvise, 2, 0, FDK(FD_PIDFD), A(iovec, 4), V(K_SMALL), E(madvise), E(rseq))
	CALL(process_mrelease, 1, 0, FDK(FD_PIDFD), E(rseq))
	CALL(cachestat, 2, 0, FDK(FD_FILE), S(range), V(K_OUT), E(rseq))
	CALL(mbind, 2, 0, V(K_ADDR), V(K_MLEN), E(policy_mode), S(word), E(nodes), F(policy_move))
	CALL(set_mempolicy, 1, 0, E(policy_mode), S(word), E(nodes))
	CALL(get_mempolicy, 1, 0, V(K_OUT), V(K_OUT), E(nodes), V(K_ADDR), F(policy_get))
	CALL(set_mempolicy_home_node, 1, 0, V(K_ADDR), V(K_MLEN), E(rseq), C(0))
	CALL(migrate_pages, 1, 0, V(K_PID), E(nodes), S(word), S(word))
	CALL(move_pages, 2, 0, V(K_PID), V(K_SMALL), A(page, 8), V(K_OUT), V(K_OUT), F(policy_move))
	CALL(map_shadow_stack, 1, 0, V(K_ADDR), V(K_MLEN), E(rseq))
	CALL(remap_file_pages, 1, 0, V(K_ADDR), V(K_MLEN), C(0), V(K_SMALL), F(map))

	/* asynchronous */
	CALL(io_setup, 1, 0, V(K_SMALL), V(K_OUT))
	CALL(io_destroy, 1, 0, V(K_ADDR))
	CALL(io_submit, 2, 0, V(K_ADDR), V(K_SMALL), A(iocb_ref, 4))
	CALL(io_getevents, 1, 0, V(K_ADDR), V(K_SMALL), V(K_SMALL), V(K_OUT), S(timespec))
	CALL(io_pgetevents, 1, 0, V(K_ADDR), V(K_SMALL), V(K_SMALL), V(K_OUT), S(timespec), S(sigset_ref))
	CALL(io_cancel, 1, 0, V(K_ADDR), S(iocb), V(K_OUT))

	/* waiting */
	CALL(poll, 3, 0, A(pollfd, 10), V(K_SMALL), V(K_SMALL))
	CALL(ppoll, 2, 0, A(pollfd, 10), V(K_SMALL), S(timespec), S(sigset), C(8))
	CALL(select, 2, 0, V(K_SMALL), V(K_IN), V(K_IN), V(K_IN), S(timeval))
	CALL(pselect6, 2, 0, V(K_SMALL), V(K_IN), V(K_IN), V(K_IN), S(timespec), S(sigset_ref))
	CALL(epoll_create1, 1, G_FD(FD_EPOLL), F(dup3))
	CALL(epoll_create, 1, G_FD(FD_EPOLL), V(K_SMALL))
	CALL(epoll_ctl, 8, 0, FDK(FD_EPOLL), E(epoll_op), FDA, S(epoll_event))
	CALL(epoll_wait, 3, 0, FDK(FD_EPOLL), V(K_OUT), V(K_SMALL), V(K_SMALL))
	CALL(epoll_pwait, 1, 0, FDK(FD_EPOLL), V(K_OUT), V(K_SMALL), V(K_SMALL), S(sigset), C(8))
	CALL(epoll_pwait2, 1, 0, FDK(FD_EPOLL), V(K_OUT), V(K_SMALL), S(timespec), S(sigset), C(8))
	CALL(eventfd, 1, G_FD(FD_EVENT), V(K_INT))
	CALL(eventfd2, 2, G_FD(FD_EVENT), V(K_INT), F(eventfd))
	CALL(timerfd_create, 1, G_FD(FD_TIMER), E(clock), F(timerfd_flags))
	CALL(timerfd_settime, 3, 0, FDK(FD_TIMER), F(timer_flags), S(two_timespec), V(K_OUT))
	CALL(timerfd_gettime, 1, 0, FDK(FD_TIMER), V(K_OUT))
	CALL(signalfd, 1, G_FD(FD_SIGNAL), FDK(FD_SIGNAL), S(sigset), C(8))
	CALL(signalfd4, 2, G_FD(FD_SIGNAL), FDK(FD_SIGNAL), S(sigset), C(8), F(cloexec))
	CALL(futex, 6, 0, V(K_OUT), E(futex), V(K_INT), S(timespec), V(K_OUT), V(K_INT))
	CALL(futex_waitv, 3, 0, A(waiter, 4), V(K_SMALL), E(rseq), S(timespec), E(futex_clock))
	CALL(futex_wake, 2, 0, V(K_OUT), V(K_INT), V(K_SMALL), E(futex2))
	CALL(futex_wait, 2, 0, V(K_OUT), V(K_INT), V(K_INT), E(futex2), S(timespec), E(futex_clock))
	CALL(futex_requeue, 2, 0, A(waiter, 2), E(rseq), V(K_SMALL), V(K_SMALL))
	CALL(set_robust_list, 1, 0, S(robust), C(24))
	CALL(get_robust_list, 1, 0, V(K_PID), V(K_OUT), V(K_OUT))
	CALL(nanosleep, 1, 0, S(timespec), V(K_OUT))
	CALL(clock_nanosleep, 1, 0, E(clock), F(timer_flags), S(timespec), V(K_OUT))
	CALL(pause, 1, 0)
	CALL(sched_yield, 2, 0)
	CALL(restart_syscall, 1, 0)

	/* pipes, sockets, System V, POSIX queues */
	CALL(pipe2, 3, 0, V(K_FDPAIR), F(pipe))
	CALL(pipe, 1, 0, V(K_FDPAIR))
	CALL(socket, 3, G_FD(FD_SOCKET), E(domain), E(type), E(rseq))
	CALL(socketpair, 3, 0, E(domain), E(type), C(0), V(K_FDPAIR))
	CALL(bind, 3, 0, FDK(FD_SOCKET), V(K_SOCKADDR), E(socklen))
	CALL(connect, 4, 0, FDK(FD_SOCKET), V(K_SOCKADDR), E(socklen))
	CALL(listen, 2, 0, FDK(FD_SOCKET), V(K_INT))
	CALL(accept, 2, G_FD(FD_SOCKET), FDK(FD_SOCKET), V(K_OUT), S(len))
	CALL(accept4, 2, G_FD(FD_SOCKET), FDK(FD_SOCKET), V(K_OUT), S(len), E(type))
	CALL(sendto, 3, 0, FDK(FD_SOCKET), V(K_IN), V(K_LEN), F(msg), V(K_SOCKADDR), E(socklen))
	CALL(recvfrom, 3, 0, FDK(FD_SOCKET), V(K_OUT), V(K_LEN), F(msg), V(K_OUT), S(len))
	CALL(sendmsg, 6, 0, FDK(FD_SOCKET), S(msghdr), F(msg))
	CALL(recvmsg, 5, 0, FDK(FD_SOCKET), S(msghdr), F(msg))
	CALL(sendmmsg, 2, 0, FDK(FD_SOCKET), A(mmsghdr, 3), V(K_SMALL), F(msg))
	CALL(recvmmsg, 2, 0, FDK(FD_SOCKET), A(mmsghdr, 3), V(K_SMALL), F(msg), S(timespec))
	CALL(shutdown, 2, 0, FDK(FD_SOCKET), E(shutdown))
	CALL(getsockname, 1, 0, FDK(FD_SOCKET), V(K_OUT), S(len))
	CALL(getpeername, 1, 0, FDK(FD_SOCKET), V(K_OUT), S(len))
	CALL(setsockopt, 4, 0, FDK(FD_SOCKET), E(level), E(option), S(words), V(K_SMALL))
	CALL(getsockopt, 2, 0, FDK(FD_SOCKET), E(level), E(option), V(K_OUT), S(len))
	CALL(shmget, 2, G_ID, E(ipc), V(K_MLEN), E(ipcflags))
	CALL(shmat, 3, G_MAP, V(K_ID), V(K_ADDR), F(shmat))
	CALL(shmdt, 2, 0, V(K_ADDR))
	CALL(shmctl, 3, 0, V(K_ID), E(shmctl), S(ipc_ds))
	CALL(semget, 2, G_ID, E(ipc), V(K_SMALL), E(ipcflags))
	CALL(semop, 3, 0, V(K_ID), A(sembuf, 6), V(K_SMALL))
	CALL(semtimedop, 2, 0, V(K_ID), A(sembuf, 6), V(K_SMALL), S(timespec))
	CALL(semctl, 3, 0, V(K_ID), V(K_SMALL), E(semctl), V(K_IN))
	CALL(semctl, 1, 0, V(K_ID), V(K_SMALL), E(semctl), V(K_SMALL))
	CALL(msgget, 2, G_ID, E(ipc), E(ipcflags))
	CALL(msgsnd, 3, 0, V(K_ID), S(msgbuf), V(K_LEN), F(msgflags))
	CALL(msgrcv, 3, 0, V(K_ID), V(K_OUT), V(K_LEN), V(K_INT), F(msgflags))
	CALL(msgctl, 3, 0, V(K_ID), E(msgctl), S(ipc_ds))
	CALL(mq_open, 2, G_FD(FD_MQ), T(QUEUE), E(mq_open), E(mode), S(mq_attr))
	CALL(mq_unlink, 2, 0, T(QUEUE))
	CALL(mq_timedsend, 3, 0, FDK(FD_MQ), V(K_IN), V(K_LEN), V(K_SMALL), S(timespec))
	CALL(mq_timedreceive, 3, 0, FDK(FD_MQ), V(K_OUT), V(K_LEN), V(K_OUT), S(timespec))
	CALL(mq_notify, 2, 0, FDK(FD_MQ), S(sigevent))
	CALL(mq_getsetattr, 2, 0, FDK(FD_MQ), S(mq_attr), V(K_OUT))

	/* tasks */
	CALL(getpid, 1, 0)
	CALL(gettid, 1, 0)
	CALL(getppid, 1, 0)
	CALL(wait4, 3, 0, V(K_PID), V(K_OUT), E(wait), V(K_OUT))
	CALL(waitid, 2, 0, E(idtype), V(K_PID), V(K_OUT), E(wait), V(K_OUT))
	CALL(kill, 2, 0, V(K_PID), V(K_SIG))
	CALL(tkill, 2, 0, V(K_PID), V(K_SIG))
	CALL(tgkill, 2, 0, V(K_PID), V(K_PID), V(K_SIG))
	CALL(rt_sigqueueinfo, 2, 0, V(K_PID), V(K_SIG), S(siginfo))
	CALL(rt_tgsigqueueinfo, 2, 0, V(K_PID), V(K_PID), V(K_SIG), S(siginfo))
	CALL(pidfd_open, 2, G_FD(FD_PIDFD), V(K_PID), F(cloexec))
	CALL(pidfd_send_signal, 2, 0, FDK(FD_PIDFD), V(K_SIG), S(siginfo), E(rseq))
	CALL(pidfd_getfd, 2, G_FD(FD_ANY), FDK(FD_PIDFD), FDA, E(rseq))
	CALL(rt_sigaction, 4, 0, V(K_SIG), S(sigaction), V(K_OUT), C(8))
	CALL(rt_sigprocmask, 3, 0, E(sig_how), S(sigset), V(K_OUT), C(8))
	CALL(rt_sigpending, 1, 0, V(K_OUT), C(8))
	CALL(rt_sigtimedwait, 1, 0, S(sigset), V(K_OUT), S(timespec), C(8))
	CALL(rt_sigsuspend, 1, 0, S(sigset), C(8))
	CALL(sigaltstack, 2, 0, S(stack), V(K_OUT))
	CALL(ptrace, 8, 0, E(ptrace), V(K_PID), V(K_OUT), S(iovec))
	CALL(ptrace, 3, 0, E(ptrace), V(K_PID), V(K_SMALL), V(K_INT))
	CALL(prctl, 3, 0, E(prctl), V(K_INT), V(K_LONG), V(K_LONG), V(K_LONG))
	CALL(prctl, 1, 0, E(prctl), V(K_OUT), V(K_OUT), C(0), C(0))
	CALL(prctl, 1, 0, C(PR_SET_MM), E(prctl_mm), V(K_ADDR), V(K_LEN), C(0))
	CALL(arch_prctl, 1, 0, E(arch_prctl), V(K_OUT))
	CALL(personality, 1, 0, E(personality))
	CALL(setpgid, 2, 0, V(K_PID), V(K_PID))
	CALL(getpgid, 1, 0, V(K_PID))
	CALL(setsid, 1, 0)
	CALL(getsid, 1, 0, V(K_PID))
	CALL(getpgrp, 1, 0)
	CALL(getuid, 1, 0)
	CALL(getgid, 1, 0)
	CALL(geteuid, 1, 0)
	CALL(getegid, 1, 0)
	CALL(setuid, 1, 0, V(K_UID))
	CALL(setgid, 1, 0, V(K_UID))
	CALL(setreuid, 1, 0, V(K_UID), V(K_UID))
	CALL(setregid, 1, 0, V(K_UID), V(K_UID))
	CALL(setresuid, 1, 0, V(K_UID), V(K_UID), V(K_UID))
	CALL(setresgid, 1, 0, V(K_UID), V(K_UID), V(K_UID))
	CALL(setfsuid, 1, 0, E(fsuid))
	CALL(setfsgid, 1, 0, E(fsuid))
	CALL(setgroups, 1, 0, V(K_SMALL), V(K_IN))
	CALL(getgroups, 1, 0, V(K_SMALL), V(K_OUT))
	CALL(getresuid, 1, 0, V(K_OUT), V(K_OUT), V(K_OUT))
	CALL(getresgid, 1, 0, V(K_OUT), V(K_OUT), V(K_OUT))
	CALL(capget, 1, 0, S(cap_header), V(K_OUT))
	CALL(capset, 1, 0, S(cap_header), S(cap_data))
	CALL(getrlimit, 1, 0, E(rlimit), V(K_OUT))
	CALL(setrlimit, 1, 0, E(rlimit), S(rlimit))
	CALL(prlimit64, 2, 0, V(K_PID), E(rlimit), S(rlimit), V(K_OUT))
	CALL(getrusage, 1, 0, E(rusage), V(K_OUT))
	CALL(times, 1, 0, V(K_OUT))
	CALL(sysinfo, 1, 0, V(K_OUT))
	CALL(uname, 1, 0, V(K_OUT))
	CALL(getpriority, 1, 0, E(prio), V(K_PID))
	CALL(setpriority, 1, 0, E(prio), V(K_PID), V(K_INT))
	CALL(sched_setaffinity, 2, 0, V(K_PID), C(8), V(K_CPUMASK))
	CALL(sched_getaffinity, 1, 0, V(K_PID), V(K_SMALL), V(K_OUT))
	CALL(sched_setscheduler, 1, 0, V(K_PID), E(policy), S(int))
	CALL(sched_getscheduler, 1, 0, V(K_PID))
	CALL(sched_setparam, 1, 0, V(K_PID), S(int))
	CALL(sched_getparam, 1, 0, V(K_PID), V(K_OUT))
	CALL(sched_setattr, 2, 0, V(K_PID), S(sched_attr), E(rseq))
	CALL(sched_getattr, 1, 0, V(K_PID), V(K_OUT), V(K_SMALL), E(rseq))
	CALL(sched_get_priority_max, 1, 0, E(policy))
	CALL(sched_get_priority_min, 1, 0, E(policy))
	CALL(sched_rr_get_interval, 1, 0, V(K_PID), V(K_OUT))
	CALL(ioprio_set, 1, 0, V(K_SMALL), V(K_PID), V(K_INT))
	CALL(ioprio_get, 1, 0, V(K_SMALL), V(K_PID))
	CALL(set_tid_address, 1, 0, V(K_OUT))
	CALL(getcpu, 1, 0, V(K_OUT), V(K_OUT), V(K_OUT))
	CALL(rseq, 1, 0, S(rseq), C(32), E(rseq), C(0x53053053))
	CALL(seccomp, 1, 0, E(seccomp), F(seccomp_flags), S(fprog))
	CALL(kcmp, 2, 0, V(K_PID), V(K_PID), E(kcmp), FDA, FDA)
	CALL(unshare, 2, 0, F(unshare))
	CALL(setns, 2, 0, FDK(FD_NS), E(setns))
	CALL(setns, 1, 0, FDK(FD_PIDFD), F(setns))

	/* time */
	CALL(time, 1, 0, V(K_OUT))
	CALL(gettimeofday, 1, 0, V(K_OUT), V(K_OUT))
	CALL(settimeofday, 1, 0, S(timeval), V(K_OUT))
	CALL(clock_gettime, 1, 0, E(clock), V(K_OUT))
	CALL(clock_settime, 1, 0, E(clock), S(timespec))
	CALL(clock_getres, 1, 0, E(clock), V(K_OUT))
	CALL(adjtimex, 1, 0, S(timex))
	CALL(clock_adjtime, 1, 0, E(clock), S(timex))
	CALL(getitimer, 1, 0, E(itimer), V(K_OUT))
	CALL(setitimer, 2, 0, E(itimer), S(two_timeval), V(K_OUT))
	CALL(alarm, 1, 0, V(K_SMALL))
	CALL(timer_create, 3, 0, E(clock), S(sigevent), V(K_OUT))
	CALL(timer_settime, 4, 0, V(K_SMALL), F(timer_flags), S(two_timespec), V(K_OUT))
	CALL(timer_gettime, 1, 0, V(K_SMALL), V(K_OUT))
	CALL(timer_getoverrun, 1, 0, V(K_SMALL))
	CALL(timer_delete, 2, 0, V(K_SMALL))

	/* the system */
	CALL(syslog, 1, 0, E(syslog), V(K_OUT), V(K_LEN))
	CALL(sethostname, 1, 0, V(K_STRING), V(K_SMALL))
	CALL(setdomainname, 1, 0, V(K_STRING), V(K_SMALL))
	CALL(getrandom, 1, 0, V(K_OUT), E(getrandom_len), F(random))
	CALL(reboot, 1, 0, V(K_INT), V(K_INT), V(K_INT), V(K_STRING))
};
const unsigned nr_calls = NELEM(calls);
