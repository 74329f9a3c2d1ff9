/*
 * space.h - user address spaces: VMAs, mapping calls, page faults.
 *
 * VMAs stand in an ordered tree that faults read under RCU and a sequence
 * count; changes hold space->lock (mutex). A change first takes the VMA out of
 * the tree (vma->dead), then zaps page tables; a fault installs a PTE under the
 * lock of its page-table page only after seeing the VMA alive under that lock.
 * So faults on different page-table pages share no lock, and none waits for mmap.
 */
#pragma once
#include <mm/page.h>
#include <mm/filemap.h>
#include <sync/mutex.h>
#include <sync/seqlock.h>
#include <sync/rcu.h>
#include <lib/rbtree.h>

struct space;
struct vma;
struct file;                                /* opaque here: reached through vma_file_ops */

/* VMA flags beyond PROT_* (kept in vma->flags). */
#define VMA_READ      0x1u
#define VMA_WRITE     0x2u
#define VMA_EXEC      0x4u
#define VMA_SHARED    0x8u
#define VMA_MAYREAD   0x10u
#define VMA_MAYWRITE  0x20u
#define VMA_MAYEXEC   0x40u
#define VMA_GROWSDOWN 0x100u
#define VMA_STACK     0x200u
#define VMA_HEAP      0x400u
#define VMA_LOCKED    0x2000u
#define VMA_DONTFORK  0x20000u
#define VMA_NORESERVE 0x200000u
#define VMA_WIPEONFORK 0x2000000u
#define VMA_SPECIAL   0x4000000u            /* vdso: never written, never merged      */

/* How mm reaches the file behind a mapping. Filled in by fs, one const table. */
struct vma_file_ops {
	void (*get)(struct file *f);            /* another VMA refers to it                */
	void (*put)(struct file *f);            /* may sleep                               */
};
extern const struct vma_file_ops *vma_file_ops;   /* set once at bring-up by fs */

struct vma {
	struct rbnode node;                     /* space tree                                    */
	uint64_t start, end;                    /* page aligned, [start, end)                    */
	uint32_t flags;                         /* VMA_*                                         */
	atomic_bool dead;                       /* set before its page tables are zapped         */
	struct space *space;
	struct filemap *map;                    /* NULL for private anonymous                    */
	struct file *file;                      /* counted through vma_file_ops; NULL for anon   */
	uint64_t pgoff;                         /* page offset in map of start                   */
	struct list map_node;                   /* map->vmas                                     */
	const char *name;                       /* "[heap]", "[vdso]" ... static, or NULL        */
	struct rcu_head rcu;
};

struct space_layout {                       /* for /proc/pid/stat and brk, prctl(PR_SET_MM) like */
	uint64_t start_code, end_code, start_data, end_data, start_brk, brk, start_stack;
	uint64_t arg_start, arg_end, env_start, env_end, mmap_base;
	uint64_t auxv[48];
	unsigned auxv_len;                      /* words used */
};

struct space {
	uint64_t *root;                         /* top page table (virtual)                      */
	paddr_t root_pa;
	struct mutex lock;                      /* tree, layout                                  */
	struct seqcount seq;                    /* bumped around every change of the tree        */
	struct rbtree vmas;                     /* lock to write, seq+RCU to read                */
	unsigned nr_vmas;
	atomic_uint users;                      /* tasks; 0 tears the mappings down              */
	atomic_uint refs;                       /* users hold one together; /proc readers, lazy CPUs */
	atomic_long rss_anon, rss_file, rss_shmem, nr_tables;   /* pages                        */
	uint64_t total_pages, data_pages, stack_pages, locked_pages; /* lock                     */
	atomic_ulong hiwater_rss;
	struct space_layout layout;
	struct file *exe;                       /* counted through vma_file_ops, may be NULL; lock */
	unsigned long *cpus;                    /* CPUs that may cache translations (bitmap); a   */
	uint64_t asid_gen;                      /* with PCID                                     */
	void *arch_data;
	struct rcu_head rcu;
};

extern struct space kernel_space;           /* the kernel half alone: idle and kernel threads */

struct space *space_alloc(void);            /* empty; users = 1; NULL without memory. May sleep */
void space_get_user(struct space *s);       /* another task shares it (CLONE_VM)               */
void space_put_user(struct space *s);       /* last one frees all mappings. May sleep          */
void space_get(struct space *s);            /* keep the struct (not the mappings)               */
bool space_try_get_user(struct space *s);   /* unless it is being torn down                     */
void space_put(struct space *s);
/* fork: copy-on-write copy of from. 0 or -ENOMEM. May sleep. */
__must_check int space_fork(struct space *from, struct space **out);
/* Load s on this CPU (page-table switch); called by sched with interrupts off. prev may equal s. */
void space_switch(struct space *prev, struct space *s);

/*
 * mmap(2) without the system call's argument decoding: len page-rounded by us; prot PROT_*,
 * flags MAP_*; file and map NULL for anonymous. On success *addr_out. Takes its own
 * reference on file. -ENOMEM, -EINVAL, -EEXIST (MAP_FIXED_NOREPLACE), -EACCES. May sleep.
 */
__must_check int space_map(struct space *s, uint64_t addr, uint64_t len, unsigned prot, unsigned flags,
			   uint32_t vma_extra_flags, struct filemap *map, struct file *file, uint64_t pgoff, uint64_t *addr_out);
__must_check int space_unmap(struct space *s, uint64_t addr, uint64_t len);
__must_check int space_protect(struct space *s, uint64_t addr, uint64_t len, unsigned prot);
__must_check int space_remap(struct space *s, uint64_t old, uint64_t old_len, uint64_t new_len, unsigned flags, uint64_t new_addr, uint64_t *out);
__must_check int space_advise(struct space *s, uint64_t addr, uint64_t len, int advice);
uint64_t space_brk(struct space *s, uint64_t brk);          /* returns the break in force */
__must_check int space_msync(struct space *s, uint64_t addr, uint64_t len, int flags);
__must_check int space_mincore(struct space *s, uint64_t addr, uint64_t len, uaddr_t vec);
__must_check int space_lock_range(struct space *s, uint64_t addr, uint64_t len, bool lock);
/* Fault the range in for write or read, as an access would (MAP_POPULATE, exec's stack). */
__must_check int space_populate(struct space *s, uint64_t addr, uint64_t len, bool write);
/* Name the VMA that starts at addr ("[vdso]"). */
void space_name_vma(struct space *s, uint64_t addr, const char *name);
/* The page behind a user address of any space, counted, faulted in as for the access. 0, -EFAULT. May sleep. */
__must_check int space_get_page(struct space *s, uint64_t addr, bool write, struct page **out);
/* Copy from/to another space's memory (/proc/pid/cmdline, environ, mem; process_vm_*). Bytes copied or -EFAULT. */
ssize_t space_read(struct space *s, uint64_t addr, void *buf, size_t len);
ssize_t space_write(struct space *s, uint64_t addr, const void *buf, size_t len);
/* Walk VMAs in order under s->lock for /proc/pid/maps; the callback may not sleep on s->lock. Stops on non-zero. */
int space_for_each_vma(struct space *s, int (*fn)(struct vma *v, void *arg), void *arg);
/* futex key of a word: private (space, addr) or shared (filemap/page, offset). */
struct futex_key { uint64_t a, b; };
__must_check int space_futex_key(struct space *s, uint64_t addr, bool is_private, struct futex_key *out);
/* Limits that mm asks of the task floor (RLIMIT_AS, DATA, STACK, MEMLOCK): set at bring-up. */
extern uint64_t (*space_rlimit)(unsigned resource);
