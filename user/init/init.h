/*
 * init.h - the parts of init, and what each promises to the others.
 *
 * Init is process 1 of every guest, on Percival and on Linux alike.  It uses
 * only plain system calls (open, read, write, poll, fork, execve, wait4, pipe,
 * dup2, ioctl, mount, mkdir, setsid, kill, rt_sigaction, reboot ...).
 */
#ifndef PERCIVAL_INIT_H
#define PERCIVAL_INIT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* request.c: what to run, and how. */
struct request {
	char **argv;            /* NULL-terminated, never empty             */
	char **envp;            /* NULL-terminated, with defaults filled in */
	const char *cwd;        /* NULL: stay in /                          */
	const char *terminal;   /* NULL: pipes; else "pty" or "serial"      */
	unsigned rows, cols;    /* 0: unknown                               */
	bool wants_meminfo;
};

/* Fill req from the strings in text[0..len); they must outlive it. */
void request_parse(struct request *req, char *text, size_t len);
/* Replace the calling process by the request's command; 126 or 127 if not. */
_Noreturn void request_exec(const struct request *req);

/* child.c: processes below init. */
void child_watch_start(void);
int child_watch_fd(void);       /* readable when child_watch_read has news  */
/*
 * Reap what has died.  Returns true and the wait status once `pid` is among
 * the dead.  A request to power off or reboot counts as its death, status 0.
 */
bool child_watch_read(pid_t pid, int *status);
/* Fork; in the child signals are as a fresh process expects them. */
pid_t child_fork(void);

/*
 * session.c: a command or terminal whose bytes travel in frames.  Comes back
 * only if no runner answers on the line within wait_ms (-1: for ever).
 */
void session_run(int line, const char *line_path, long wait_ms);

/* terminal.c: terminals for the command. */
int terminal_open_pty(int *slave);      /* master, or -errno                */
void terminal_set_size(int fd, unsigned rows, unsigned cols);
void terminal_set_raw(int fd);
void terminal_set_sane(int fd);
/* In a child: lead a new session on fd and make it 0, 1 and 2. */
void terminal_adopt(int fd);
/* Run the request on the tty at path, as a serial console would. */
int terminal_run(const struct request *req, const char *path);

/* main.c */
_Noreturn void power_off(void);
void mount_all(void);
/* One line in the kernel's log, of strings up to NULL.  Never fails. */
void say(const char *first, ...) __attribute__((sentinel));
void write_strings(int fd, ...) __attribute__((sentinel));
/* 0 to 999 in decimal; the result lies within digits. */
const char *number_text(char digits[4], int value);

/* What a shell would call this wait status: 128 + n after signal n. */
static inline int status_code(int status)
{
	int sig = status & 0x7f;

	return sig ? 128 + sig : (status >> 8) & 0xff;
}

/* Write all of it, waiting as long as it takes; false when fd is dead. */
bool write_all(int fd, const void *bytes, size_t len);

#endif
