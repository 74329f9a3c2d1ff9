/*
 * pte.h - x86-64 page-table entries, four levels of 512.
 *
 * Levels count from the leaves: 1 = table of 4 KiB pages, 4 = the root.
 * Software bits of a user leaf entry say what the entry holds (enum pte_kind):
 * only an anonymous page is counted by its mappings.
 */
#pragma once
#include <base/types.h>
#include <base/compiler.h>

typedef uint64_t pte_t;

#define PTE_P    0x1ul                      /* present                                    */
#define PTE_W    0x2ul                      /* writable                                   */
#define PTE_U    0x4ul                      /* user mode may use it                       */
#define PTE_PWT  0x8ul
#define PTE_PCD  0x10ul                     /* with PWT: uncached (PAT entry 3)           */
#define PTE_A    0x20ul                     /* accessed                                   */
#define PTE_D    0x40ul                     /* dirty                                      */
#define PTE_PS   0x80ul                     /* large page (levels 2 and 3)                */
#define PTE_G    0x100ul                    /* global                                     */
#define PTE_NX   0x8000000000000000ul
#define PTE_ADDR 0x000ffffffffff000ul

#define PTE_KIND_SHIFT 9
#define PTE_KIND (3ul << PTE_KIND_SHIFT)    /* software: enum pte_kind                    */
#define PTE_ZERO 0x800ul                    /* software: the shared page of zeroes        */
#define PTE_OWN  0x200000000000000ul        /* software: was writable, no fork has shared it */
#define PTE_FAILED 0x400000000000000ul      /* software, never present: the frame failed  */

#define TABLE_ENTRIES 512
#define TABLE_BITS    9

static inline paddr_t pte_to_paddr(pte_t e) { return PADDR(e & PTE_ADDR); }
static inline pfn_t pte_to_pfn(pte_t e) { return PFN((e & PTE_ADDR) >> PAGE_SHIFT); }
static inline pte_t pte_make(pfn_t n, pte_t bits) { return n.v << PAGE_SHIFT | bits; }
static inline unsigned pte_kind_of(pte_t e) { return e >> PTE_KIND_SHIFT & 3; }

static inline unsigned level_shift(unsigned level) { return PAGE_SHIFT + TABLE_BITS * (level - 1); }
static inline unsigned table_index(uint64_t va, unsigned level) { return va >> level_shift(level) & (TABLE_ENTRIES - 1); }
