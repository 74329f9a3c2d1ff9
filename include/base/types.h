/*
 * types.h - the words of the language: fixed-width integers and typed words.
 *
 * A typed word is a one-member struct: it travels in a register and cannot be
 * mixed with another kind of number. Kernel virtual addresses are plain
 * pointers or vaddr_t, where arithmetic is fine.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>

typedef int64_t ssize_t;
typedef int64_t loff_t;
typedef uintptr_t vaddr_t;                  /* kernel virtual address              */
typedef struct { uint64_t v; } pfn_t;       /* page frame number                   */
typedef struct { uint64_t v; } paddr_t;     /* physical byte address               */
typedef struct { uint64_t v; } uaddr_t;     /* user address: copied, never read    */
typedef uint32_t dev_num_t;                 /* (major << 20) | minor, kernel form  */

#define PFN(n)   ((pfn_t){ (n) })
#define PADDR(a) ((paddr_t){ (a) })
#define UADDR(a) ((uaddr_t){ (uint64_t)(a) })

#define PAGE_SHIFT 12
#define PAGE_SIZE  4096ul
#define PAGE_MASK  (~(PAGE_SIZE - 1))
#define HUGE_SHIFT 21
#define HUGE_SIZE  (1ul << HUGE_SHIFT)

static inline paddr_t pfn_to_paddr(pfn_t p) { return PADDR(p.v << PAGE_SHIFT); }
static inline pfn_t paddr_to_pfn(paddr_t p) { return PFN(p.v >> PAGE_SHIFT); }
static inline bool uaddr_is_null(uaddr_t u) { return u.v == 0; }
static inline uaddr_t uaddr_add(uaddr_t u, uint64_t n) { return UADDR(u.v + n); }
