/*
 * exec_priv.h - one execve() under way, shared by exec.c, exec_open.c, exec_args.c, exec_cred.c and elf.c.
 */
#pragma once
#include <fs/file.h>
#include <mm/space.h>
#include "proc_priv.h"

#define EXEC_HEADER_SIZE 1024                   /* read at once from the start of the file: ELF header and most program headers */
#define EXEC_POINTERS_INLINE 64
#define EXEC_PREFIX_SIZE 1024                   /* strings that #! lines put before the arguments */
#define EXEC_SCRIPT_LINE 256                    /* of a #! line, as Linux */
#define EXEC_SCRIPT_DEPTH 5

/*
 * Argument and environment strings on their way: copied once from the old memory into staging
 * pages, back to back with their terminators, and from there to the new stack. pointers[] holds
 * first the user's pointers, then each string's offset in the staging pages.
 */
struct exec_args {
	struct page *first, *last;              /* chained by page->ptr */
	size_t len;                             /* bytes staged */
	size_t limit;                           /* of len, pointers included */
	uint64_t *pointers;                     /* argc of argv, then envc of envp */
	unsigned nr_pointers, max_pointers, argc, envc;
	uint64_t env_offset;                    /* where the environment's strings begin */
	unsigned nr_skip;                       /* leading arguments replaced by the prefix: 0 or 1 */
	uint64_t skip_bytes;
	char prefix[EXEC_PREFIX_SIZE];          /* filled from its end; a string each */
	unsigned prefix_from, nr_prefix;
	uint64_t pointers_inline[EXEC_POINTERS_INLINE];
};

/* Where the loaded image stands, for the auxiliary vector and /proc. */
struct exec_image {
	uint64_t entry, phdr, interp_base, start_entry;
	uint64_t vdso;
	unsigned phnum;
	bool executable_stack, has_interp;
	uint64_t low, high;                     /* span of the program, not its interpreter */
	uint64_t start_code, end_code, start_data, end_data, brk;
};

struct exec {
	struct file *file;                      /* being loaded; a script's interpreter replaces the script */
	const char *filename;                   /* as asked for: AT_EXECFN and comm */
	bool fd_hidden;                         /* named through a descriptor that exec closes: no script */
	struct space *space;                    /* the new memory */
	struct cred *cred;                      /* the new credentials; NULL: as they are */
	bool is_secure;                         /* AT_SECURE */
	bool is_guarded;                        /* process->exec_lock is held: nobody attaches until the new credentials hold */
	bool is_secret;                         /* the caller may not read the program: not dumpable */
	struct user_ns *secrets_ns;             /* task/inspect.h: whose root may read the program; borrowed: the caller's, or one above */
	bool is_fatal;                          /* it failed so late that the caller dies of it */
	uint32_t personality;
	bool randomize;
	uint64_t random[4];                     /* stack top, mmap base, image base, break; then the stack's offset */
	uint8_t at_random[16];
	struct exec_image image;
	uint64_t stack_top, stack_pointer;
	struct exec_args args;
	size_t header_len;
	char header[EXEC_HEADER_SIZE] __attribute__((aligned(8)));
};

/* ---- exec_args.c ---- */
void exec_args_init(struct exec_args *a);
void exec_args_fini(struct exec_args *a);
__must_check int exec_args_from_user(struct exec_args *a, uaddr_t argv, uaddr_t envp);
__must_check int exec_args_from_kernel(struct exec_args *a, const char *const argv[], const char *const envp[]);
/* Put a string before all arguments. -E2BIG. */
__must_check int exec_args_push_front(struct exec_args *a, const char *s, size_t len);
void exec_args_drop_first(struct exec_args *a);
/* Map the new stack and write strings, vectors and the auxiliary vector onto it. Sets stack_pointer. */
__must_check int exec_stack_build(struct exec *e);

/* ---- exec_cred.c ---- */
/*
 * What e->file makes of the caller: set-id bits, capabilities, AT_SECURE. Most change nothing: e->cred NULL.
 * -EPERM: the file asks for capabilities that the bounding set withholds; -EINVAL: its own are malformed; -ENOMEM, -ERESTARTNOINTR.
 */
__must_check int exec_cred_prepare(struct exec *e);
void exec_cred_done(struct exec *e);

/* ---- elf.c ---- */
/* Map the program in e->file, and its interpreter, into e->space. -ENOEXEC, -ELIBBAD, -EIO, -ENOMEM, ...; may set e->is_fatal. */
__must_check int elf_load(struct exec *e);

/* ---- exec_open.c ---- */
/* Open for execution: 0 with writers locked out as long as the file is open, -EACCES, -ETXTBSY, -ENOENT, ... */
/* i is a part of the program: may the caller read it? */
void exec_note_secret(struct exec *e, const struct inode *i);
__must_check int exec_open(int dirfd, const char *path, unsigned walk, struct file **out);
/* Not what the new program is made of: let writers in again, whoever still maps it. */
void exec_close(struct file *f);
/* Follow #! lines until something else stands in e->file. 0, -ENOEXEC, -ELOOP, or why an interpreter cannot be opened. */
__must_check int exec_scripts_follow(struct exec *e);
