/*
 * space.h - user address spaces: VMAs, mapping calls, page faults.
 *
 * VMAs stand in an ordered tree that faults read under RCU and a sequence
 * count; changes hold space->lock (mutex). A change that takes anything away
 * from a VMA (unmapping, splitting, new flags) first raises vma->version, then
 * changes page tables; a fault installs a PTE under the lock of its page-table
 * page only after seeing, under that lock, the version that it looked up. A live
 * VMA may grow in place without a new version.
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
struct aio;
struct mempolicy;
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
#define VMA_DROPPABLE 0x800u                /* MAP_DROPPABLE; nothing is ever dropped      */
#define VMA_LOCKED    0x2000u
#define VMA_POLICY    0x4000u               /* vma->policy is set                              */
#define VMA_DONTFORK  0x20000u
#define VMA_LOCKONFAULT 0x80000u            /* with VMA_LOCKED: pages come as they are touched */
#define VMA_NORESERVE 0x200000u
#define VMA_HUGETLB   0x400000u             /* of a file of huge pages, map->huge_shift: begins and ends at their borders */
#define VMA_WIPEONFORK 0x2000000u
#define VMA_DONTDUMP  0x10000000u           /* not in core dumps                               */
#define VMA_COUNTED   0x8000000u            /* its file counts it: never merged                */
#define VMA_HUGE      0x20000000u           /* MADV_HUGEPAGE                                   */
#define VMA_NOHUGE    0x40000000u           /* MADV_NOHUGEPAGE                                 */
#define VMA_SPECIAL   0x4000000u            /* vdso: no list of its map has it, never merged */

/* How mm reaches the file behind a mapping. Filled in by fs, one const table. */
struct vma_file_ops {
	void (*opened)(struct file *f);         /* another VMA refers to it                */
	void (*closed)(struct file *f);         /* may sleep; not last: under a space's lock */
	void (*get)(struct file *f);            /* held by something else                  */
	void (*put)(struct file *f);            /* may sleep                               */
	int (*punch)(struct file *f, uint64_t from, uint64_t len);     /* fallocate(2): a hole; may sleep */
	bool (*may_write)(struct file *f);      /* the current task is its owner, or could open it for that; under a space's lock */
};
extern const struct vma_file_ops *vma_file_ops;   /* set once at bring-up by fs */

struct vma {
	struct rbnode node;                     /* space tree                                    */
	uint64_t start, end;                    /* page aligned, [start, end)                    */
	uint32_t flags;                         /* VMA_*                                         */
	atomic_uint version;                    /* raised before its page tables are changed     */
	struct space *space;
	struct filemap *map;                    /* NULL for private anonymous                    */
	struct file *file;                      /* counted through vma_file_ops; NULL for anon   */
	uint64_t pgoff;                         /* page offset in map of start                   */
	struct list map_node;                   /* map->vmas; map->lock                          */
	bool has_anon;                          /* private copies may exist in a file mapping; a */
	struct mempolicy *policy;               /* policy.h; with VMA_POLICY; space->lock        */
	const char *name;                       /* "[heap]", "[vdso]" ... static, or NULL        */
	struct rcu_head rcu;
};

/* space->dump_filter: bits of /proc/PID/coredump_filter */
enum {
	CORE_ANON_PRIVATE = 1, CORE_ANON_SHARED = 2, CORE_MAPPED_PRIVATE = 4, CORE_MAPPED_SHARED = 8, CORE_ELF_HEADERS = 16,
	CORE_HUGETLB_PRIVATE = 32, CORE_HUGETLB_SHARED = 64,
	CORE_FILTER_MASK = 0x1ff, CORE_FILTER_DEFAULT = 0x33,
};

/* space->mdwe: bits of prctl(PR_SET_MDWE) */
enum { MDWE_REFUSE_EXEC_GAIN = 1, MDWE_NO_INHERIT = 2 };

struct space_layout {                       /* for /proc/pid/stat and brk, prctl(PR_SET_MM) like */
	uint64_t start_code, end_code, start_data, end_data, start_brk, brk, start_stack;
	uint64_t arg_start, arg_end, env_start, env_end, mmap_base;
	uint64_t auxv[52];                      /* zeroes behind what is used; as many words as Linux has */
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
	atomic_long nr_tables;                  /* pages of page tables                          */
	atomic_uint tlb_pending;                /* changes of entries whose flush is still to come */
	atomic_ulong tlb_gen;                   /* arch/tlb.h                                    */
	uint64_t id;                            /* never used twice; const                       */
	uint64_t total_pages, data_pages, stack_pages, locked_pages; /* lock                     */
	uint64_t peak_pages;                    /* the most of total_pages before it last fell; lock */
	uint64_t commit_pages;                  /* promised, commit.h; lock                      */
	atomic_ulong hiwater_rss;               /* see space_rss_read()                          */
	uint64_t hole_from, hole_max;           /* placement: holes above hole_from are at most hole_max; lock */
	bool no_huge;                           /* PR_SET_THP_DISABLE; a                         */
	bool merge_any;                         /* PR_SET_MEMORY_MERGE: nothing merges pages; a  */
	uint8_t mdwe;                           /* MDWE_*: nothing writable becomes executable; a */
	uint32_t default_flags;                 /* VMA_LOCKED, VMA_LOCKONFAULT after mlockall(MCL_FUTURE); lock */
	uint32_t dump_filter;                   /* CORE_*: what core dumps show; a single word           */
	struct space_layout layout;
	struct aio *aio;                        /* contexts of Linux AIO (ipc/aio.c); lock to write, RCU */
	struct file *exe;                       /* counted through vma_file_ops, may be NULL; lock */
	unsigned long *cpus;                    /* CPUs that may cache translations (bitmap); a   */
	struct rcu_head rcu;
};

unsigned space_auxv_len(const struct space *s);             /* words up to AT_NULL's, as /proc/pid/auxv shows them */

extern struct space kernel_space;           /* the kernel half alone: idle and kernel threads */

extern void (*space_aio_end)(struct space *s);              /* set by ipc: s->aio is not NULL, and s has no user any more; may sleep */

struct space *space_alloc(void);            /* empty; users = 1; NULL without memory. May sleep */
void space_inherit(struct space *s, const struct space *from);        /* the settings that fork and exec keep */
void space_get_user(struct space *s);       /* another task shares it (CLONE_VM)               */
void space_put_user(struct space *s);       /* last one frees all mappings. May sleep          */
/* As above; the last one gets the most pages that were ever resident, others 0. */
uint64_t space_put_user_hiwater(struct space *s);
bool space_try_get_user(struct space *s);   /* unless it is being torn down                     */
void space_get(struct space *s);            /* the structure, not what is mapped */
void space_put(struct space *s);
/* fork: copy-on-write copy of from. 0 or -ENOMEM. May sleep. */
__must_check int space_fork(struct space *from, struct space **out);
/*
 * Load s on this CPU (page-table switch); interrupts off, thread->space of the thread that will run
 * already s (a flush on a CPU whose thread has another space leaves s). prev may equal s or be NULL.
 * Threads without a space switch nothing. A dying task sets thread->space = NULL before its space_put_user().
 */
void space_switch(struct space *prev, struct space *s);

/*
 * What mmap(2) says of address and length before it looks at the kind of mapping or at rights to the file: -EINVAL, -ENOMEM,
 * -EOVERFLOW, -EPERM below the lowest address for all, -EEXIST. space_map() looks again. May sleep.
 */
__must_check int space_map_check(struct space *s, uint64_t addr, uint64_t len, unsigned mflags, uint64_t pgoff, bool may_map_low);
/*
 * mmap(2) without the system call's argument decoding: len page-rounded by us; prot PROT_*,
 * flags MAP_*, with MAP_HUGETLB if and only if map has huge pages; file and map NULL for anonymous. On success *addr_out. Takes its own
 * reference on file. -ENOMEM, -EINVAL, -EEXIST (MAP_FIXED_NOREPLACE), -EACCES. May sleep.
 */
__must_check int space_map(struct space *s, uint64_t addr, uint64_t len, unsigned prot, unsigned flags,
			   uint32_t vma_extra_flags, struct filemap *map, struct file *file, uint64_t pgoff, uint64_t *addr_out);
/*
 * Map n parts of `map`, one behind the other from its page 0 on, where mmap(2) would; *addr: the first's.
 * map is never truncated and outlives all spaces. VMA_SPECIAL goes without saying. 0, -ENOMEM. May sleep.
 */
struct space_part { const char *name; uint64_t len; uint32_t flags; };
__must_check int space_map_special(struct space *s, struct filemap *map, const struct space_part *parts, unsigned n, uint64_t *addr);
__must_check int space_unmap(struct space *s, uint64_t addr, uint64_t len);
__must_check int space_protect(struct space *s, uint64_t addr, uint64_t len, uint64_t prot);
__must_check int space_remap(struct space *s, uint64_t old, uint64_t old_len, uint64_t new_len, unsigned flags, uint64_t new_addr,
			     bool may_map_low, uint64_t *out);
/*
 * The frame behind addr fails, as madvise(2) has it: it is never used again. soft: its contents live on in another one;
 * else who needs them gets SIGBUS. 0, -EFAULT, -EBUSY (not a frame of user memory, or in use elsewhere), -ENOMEM. May sleep.
 */
__must_check int space_fail_page(struct space *s, uint64_t addr, bool soft);
extern atomic_ulong mm_nr_failed;                           /* frames taken out of use */
/*
 * remap_file_pages(2): what [start, start + len), shared mappings alike, shows begins at page pgoff of their file from now on.
 * 0, -EINVAL, -ENOMEM. May sleep.
 */
__must_check int space_map_other_pages(struct space *s, uint64_t start, uint64_t len, uint64_t pgoff, bool populate);
void space_reap(struct space *s);           /* s's users are dying: take private memory away ahead of its end. May sleep */
__must_check int space_advise(struct space *s, uint64_t addr, uint64_t len, int advice);
uint64_t space_brk(struct space *s, uint64_t brk);          /* returns the break in force */
__must_check int space_msync(struct space *s, uint64_t addr, uint64_t len, int flags);
__must_check int space_mincore(struct space *s, uint64_t addr, uint64_t len, uaddr_t vec);
/* mlock, mlock2, munlock: lock is VMA_LOCKED, with VMA_LOCKONFAULT if pages are not to be faulted in at once, or 0. */
__must_check int space_lock_range(struct space *s, uint64_t addr, uint64_t len, uint32_t lock);
/* Fault the range in for write or read, as an access would (MAP_POPULATE, exec's stack). 0, -EFAULT, -ENOMEM, -EINTR for the killed. */
__must_check int space_populate(struct space *s, uint64_t addr, uint64_t len, bool write);
/* The page behind a user address of any space, counted, faulted in as for the access. 0, -EFAULT (also: PG_IO). May sleep. */
__must_check int space_get_page(struct space *s, uint64_t addr, bool write, struct page **out);
/*
 * For a core dump: the page at addr, counted, whatever its program may do there. Only files are read for it:
 * -EFAULT where nothing was ever written. May sleep.
 */
__must_check int space_peek_page(struct space *s, uint64_t addr, struct page **out);
/* Copy from/to another space's memory (/proc/pid/cmdline, environ, mem; process_vm_*). Bytes copied or -EFAULT. */
ssize_t space_read(struct space *s, uint64_t addr, void *buf, size_t len);
ssize_t space_write(struct space *s, uint64_t addr, const void *buf, size_t len);
/* Where the private anonymous memory that addr lies in ends; 0 if it lies in something else. May sleep. */
uint64_t space_anon_end(struct space *s, uint64_t addr);
/* As a debugger: into private memory that its program may only read, too; files do not see it. */
ssize_t space_write_forced(struct space *s, uint64_t addr, const void *buf, size_t len);
/* Walk VMAs that end behind `from`, in order, under s->lock; the callback may not sleep on s->lock. Stops on non-zero. */
int space_for_each_vma(struct space *s, uint64_t from, int (*fn)(struct vma *v, void *arg), void *arg);
/* Key of a word that is said to be shared (mm/futex_key.h), aligned, in user space; writable: that is to be written. 0, -EFAULT, -ENOMEM. May sleep. */
struct futex_key;
__must_check int space_futex_key(struct space *s, uint64_t addr, struct futex_key *out);
__must_check int space_futex_key_writable(struct space *s, uint64_t addr, struct futex_key *out);
/* Limits that mm asks of the task floor (RLIMIT_AS, DATA, STACK, MEMLOCK): set at bring-up. */
extern uint64_t (*space_rlimit)(unsigned resource);
extern bool (*space_is_killed)(void);                       /* a fatal signal waits for the current task */
extern bool (*space_may_lock)(void);                        /* beyond RLIMIT_MEMLOCK: CAP_IPC_LOCK */
/* Resident pages by kind: walks the page tables' counters, takes no lock. Raises hiwater_rss. Caller is a user of s. */
struct space_rss { uint64_t anon, file, shmem; };
void space_rss_read(struct space *s, struct space_rss *out);
uint64_t space_hiwater_rss(struct space *s);                /* pages, now included */
/* Top of the mapping area for a new image: below the stack limit's room, randomised by rnd (0: not). As Linux. */
uint64_t space_mmap_base(uint64_t rnd);
/* mlockall: what the mappings there are and those to come get: VMA_LOCKED, VMA_LOCKONFAULT, or 0. Both 0: munlockall. */
__must_check int space_lock_all(struct space *s, uint32_t current_ones, uint32_t future_ones);
/* /sys/kernel/mm/transparent_hugepage/enabled; and whether v could get a 2 MiB page now. */
enum { HUGE_NEVER, HUGE_MADVISE, HUGE_ALWAYS };
extern int huge_mode;
bool space_vma_may_be_huge(const struct vma *v);
void space_huge_init(void);                                 /* bring-up: mm_init() */
extern int map_count_max;                                   /* VMAs per space: /proc/sys/vm/max_map_count */
void space_init_kernel(uint64_t *root, paddr_t root_pa);    /* bring-up: paging_init() */
void space_init(void);                                      /* bring-up: caches; mm_init() */
