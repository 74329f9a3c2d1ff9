/*
 * tty_priv.h - what the files of the tty room share.
 *
 * A tty is a line discipline between opened files above and a device below: a serial port, or
 * a pty's master side.
 */
#pragma once
#include "byte_ring.h"
#include "ldisc.h"
#include <base/err.h>
#include <drivers/tty.h>
#include <mm/slab.h>
#include <sync/mutex.h>
#include <asm/ioctls.h>
#include <asm/termios.h>

#define MAJOR_TTY 4u                            /* ttyS from minor 64 */
#define MAJOR_TTY_AUX 5u                        /* tty, console, ptmx */
#define MAJOR_PTS 136u                          /* slaves of ptys */
#define PTY_RX_SIZE 65536u                      /* input that a slave's reader may be behind */

struct tty;

/* The device below. Calls with `lock` hold t->lock: they may not sleep. NULL: nothing to do. */
struct tty_driver {
	int (*open)(struct tty *t, bool first);                 /* t->mutex; 0 or -errno */
	void (*close)(struct tty *t, bool last);                /* t->mutex */
	size_t (*write)(struct tty *t, const uint8_t *s, size_t n);     /* lock; how many were taken */
	size_t (*room)(struct tty *t);                          /* bytes that write() takes now; any context */
	size_t (*pending)(struct tty *t);                       /* bytes not yet sent; any context */
	bool (*drained)(struct tty *t);                         /* the last bit has left; any context */
	void (*flush)(struct tty *t);                           /* drop what is not yet sent; lock */
	void (*flow)(struct tty *t, bool stop);                 /* stop or resume sending; lock */
	void (*send_now)(struct tty *t, uint8_t c);             /* a flow control byte, ahead of everything; lock */
	void (*input_drained)(struct tty *t);                   /* t->rx has room again; lock */
	void (*termios)(struct tty *t, const struct ktermios *old);     /* t->ldisc.tio changed; t->mutex */
	void (*event)(struct tty *t, uint8_t packet);           /* TIOCPKT_* for a pty's master; lock */
	void (*hangup)(struct tty *t);                          /* t->mutex */
	long (*ioctl)(struct tty *t, unsigned cmd, uint64_t arg);       /* -ENOIOCTLCMD: not mine */
	void (*free)(struct tty *t);                            /* last reference */
	bool is_pty;
};

struct tty {            /* keys: c const, m mutex, l lock, t tasklist_lock, a atomic */
	refcount_t refs;                        /* opened files, controlled processes, the driver */
	const struct tty_driver *driver;        /* c */
	void *device;                           /* c; the driver's */
	dev_num_t dev;                          /* c */
	char name[16];                          /* c: "ttyS0", "pts/3" */

	struct mutex mutex;                     /* RANK_TTY: open, close, modes */
	struct mutex read_lock, write_lock;     /* one reader, one writer at a time */
	unsigned nr_open;                       /* m */
	bool is_exclusive;                      /* m; TIOCEXCL */
	struct winsize winsize;                 /* m */
	atomic_uint hangups;                    /* m to write: files opened before the last one are dead */

	struct spinlock lock;                   /* RANK_TTY_LDISC: ldisc, consumer of rx */
	struct ldisc ldisc;                     /* l */
	struct byte_ring rx;                    /* received, not yet through the discipline; producer: driver */
	atomic_uint breaks;                     /* received, not yet told; a */
	atomic_bool is_raw;                     /* l to write: rx needs no processing before a reader comes */
	uint32_t signals;                       /* l: bit sig of signals to send once lock is released */
	atomic_bool has_input;                  /* l to write: the discipline has something for readers (a hint) */

	struct waitq read_wait, write_wait;
	struct waitq input_wait;                /* the port's thread: rx, breaks */
	struct pollable pollable;               /* no generation: see tty_poll() */

	struct pid *session, *pgrp;             /* t to write, RCU to read; counted */
	struct list node;                       /* ttys known by number (serial); c after bring-up */
};

/* tty.c */
__must_check int tty_setup(struct tty *t, const struct tty_driver *d, void *device, dev_num_t dev);     /* 0, -ENOMEM; refs 1 */
void tty_teardown(struct tty *t);               /* what tty_setup() made; not t itself */
void tty_register(struct tty *t);               /* a port found at bring-up */
__must_check int tty_open_file(struct tty *t, struct file *f, bool noctty);     /* f becomes one of t's; takes a reference on t */
extern const struct file_ops tty_file_ops;
void tty_device_node(const char *name, uint32_t mode, dev_num_t dev);
void tty_set_console(struct tty *t);            /* what /dev/console opens */
/* New modes, t->mutex held: discipline and device follow. */
void tty_set_modes(struct tty *t, const struct ktermios *tio);
#define TTY_FILE_CONSOLE (~0ull)                /* f->dir_cursor of a file of /dev/console: survives hang-ups, as in Linux */
static inline bool tty_file_is_dead(const struct tty *t, const struct file *f)
{
	return load_acquire(&t->hangups) != f->dir_cursor && f->dir_cursor != TTY_FILE_CONSOLE; /* pairs with tty_hangup() */
}
/* Bytes from the device, in task context: through the discipline, or into rx. How many were taken. */
size_t tty_receive(struct tty *t, const uint8_t *s, size_t n);
/* Bring rx through the discipline as far as it takes it; sends what signals come of it. Task context. */
void tty_process_input(struct tty *t);
void tty_send_signals(struct tty *t);           /* t->signals; no lock held */
/* From the driver, any context: room for writers; bytes in rx. */
void tty_wake_writers(struct tty *t);
void tty_input_arrived(struct tty *t);
void tty_input_loop(void *tty);                 /* body of a port's thread */
/* Wait until all output has been sent. 0 or -ERESTARTSYS. */
__must_check int tty_drain(struct tty *t);
void tty_flush_input(struct tty *t);
void tty_flush_output(struct tty *t);
void tty_set_stopped(struct tty *t, bool stop); /* TCXONC */

/* tty_job.c */
__must_check int tty_check_background(struct tty *t, int sig);  /* 0, -EIO, -ERESTARTSYS after the signal was sent */
void tty_signal_foreground(struct tty *t, int sig);
void tty_acquire_on_open(struct tty *t, const struct file *f);
void tty_hangup(struct tty *t, bool leader_exits);
struct tty *tty_of_current(void);               /* counted, or NULL */
long tty_ioctl_job(struct tty *t, struct file *f, unsigned cmd, uaddr_t arg, bool is_master);  /* -ENOIOCTLCMD */

/* tty_ioctl.c */
long tty_ioctl(struct file *f, unsigned cmd, uint64_t arg);
long tty_ioctl_mode(struct tty *t, unsigned cmd, uaddr_t arg);          /* termios family; -ENOIOCTLCMD */
long tty_ioctl_window(struct tty *t, unsigned cmd, uaddr_t arg);
unsigned tty_speed_from_cflag(const struct ktermios *tio);

/* pty.c, devpts.c */
void pty_init(void);
struct tty *pty_slave_get(unsigned index, const struct dentry *node);   /* counted, or NULL; node: the one it is opened by */
void devpts_init(void);
__must_check int devpts_add(unsigned index, struct dentry **out);
void devpts_remove(struct dentry *d);

/* serial/uart8250.c */
void serial_init(void);
