/*
 * tty.h - terminals: line discipline, job control, drivers below, ptys.
 */
#pragma once
#include <task/process.h>
#include <fs/file.h>
#include <fs/poll.h>

struct tty;
void tty_init(void);                        /* bring-up: devices tty, console, ptmx, serial ports, ttyS0.. */
/* Before the machine goes: lets the serial lines send what programs have written, for a second at most. May sleep. */
void serial_shutdown(void);
/* Detach a session leader's terminal (exit of the leader, TIOCNOTTY): SIGHUP + SIGCONT to the foreground group. */
void tty_disassociate(struct process *leader, bool on_exit);
void tty_hangup_current(void);              /* vhangup(2): the caller's controlling terminal, if any */
void tty_get(struct tty *t);
void tty_put(struct tty *t);
dev_num_t tty_dev(const struct tty *t);     /* for /proc/pid/stat */
int tty_pgrp_nr(struct tty *t);             /* foreground group, or -1 */
/* Mem devices (null zero full random urandom kmsg) and devtmpfs nodes. */
void memdev_init(void);
/* Announce a device node: devtmpfs shows it under its name with this mode. 0 or -ENOMEM. */
__must_check int devtmpfs_add(const char *name, uint32_t mode, dev_num_t dev);
void random_bytes(void *buf, size_t n);     /* any task context; ChaCha20 generator seeded by RDRAND/jitter */
