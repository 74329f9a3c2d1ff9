/* core.h - a child that ends by a signal, and the file it leaves, taken apart. */
#ifndef CORE_H
#define CORE_H
#include "../show.h"
#include <elf.h>
#include <sys/prctl.h>
#include <sys/procfs.h>
#include <sys/resource.h>
#include <sys/stat.h>

struct core {
	char *data;
	size_t size;
	Elf64_Ehdr *head;
	Elf64_Phdr *ph;
};

static inline void limit_set(int what, rlim_t soft)
{
	struct rlimit l = { soft, RLIM_INFINITY };

	if (setrlimit(what, &l))
		say("setrlimit: %s\n", strerror(errno));
}

/* Run f in a child that may dump; its status as wait4() has it. */
static inline int child(void (*f)(void *), void *arg)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		limit_set(RLIMIT_CORE, RLIM_INFINITY);
		f(arg);
		_exit(99);
	}
	if (waitpid(pid, &status, 0) != pid)
		say("waitpid: %s\n", strerror(errno));
	return status;
}

static inline void status_show(const char *what, int status)
{
	say("%s: %s %d%s\n", what, WIFSIGNALED(status) ? "signal" : "exit", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
	    WIFSIGNALED(status) && WCOREDUMP(status) ? ", dumped" : "");
}

static inline void abort_now(void *arg)
{
	(void)arg;
	abort();
}

static inline bool core_load(struct core *c, const char *path)
{
	int fd = open(path, O_RDONLY);
	off_t size = lseek(fd, 0, SEEK_END);

	memset(c, 0, sizeof *c);
	if (fd < 0 || size < (off_t)sizeof *c->head)
		return false;
	c->data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	c->size = size;
	c->head = (Elf64_Ehdr *)c->data;
	c->ph = (Elf64_Phdr *)(c->data + c->head->e_phoff);
	return true;
}

/* The note after *at (0: the first): its data, or NULL at the end. */
static inline char *note_next(const struct core *c, size_t *at, Elf64_Nhdr *out, const char **owner)
{
	char *base = c->data + c->ph[0].p_offset, *data;

	if (*at >= c->ph[0].p_filesz)
		return NULL;
	memcpy(out, base + *at, sizeof *out);
	*owner = base + *at + sizeof *out;
	data = base + *at + sizeof *out + ((out->n_namesz + 3) & ~3u);
	*at = data - base + ((out->n_descsz + 3) & ~3u);
	return data;
}

/* The nth note of a type, or NULL. */
static inline char *note_find(const struct core *c, unsigned type, unsigned nth, size_t *len)
{
	const char *owner;
	Elf64_Nhdr n;
	size_t at = 0;
	char *data;

	while ((data = note_next(c, &at, &n, &owner)))
		if (n.n_type == type && !nth--) {
			if (len)
				*len = n.n_descsz;
			return data;
		}
	return NULL;
}

/* The segment of an address, or NULL. */
static inline Elf64_Phdr *segment_find(const struct core *c, const void *addr)
{
	for (unsigned i = 1; i < c->head->e_phnum; i++)
		if ((uintptr_t)addr - c->ph[i].p_vaddr < c->ph[i].p_memsz)
			return &c->ph[i];
	return NULL;
}

/* The byte of memory at addr that the file holds, or -1. */
static inline int core_byte(const struct core *c, const void *addr)
{
	Elf64_Phdr *p = segment_find(c, addr);
	size_t off = p ? (uintptr_t)addr - p->p_vaddr : 0;

	return p && off < p->p_filesz && p->p_offset + off < c->size ? (unsigned char)c->data[p->p_offset + off] : -1;
}

static inline void setting_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (write(fd, text, strlen(text)) < 0)
		say("%s <- \"%s\": %s\n", path, text, strerror(errno));
	close(fd);
}
#define PATTERN "/proc/sys/kernel/core_pattern"
#endif
