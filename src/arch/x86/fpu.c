/*
 * fpu.c - the user's x87, SSE and AVX registers.
 *
 * The kernel itself uses none of them, so they stay in the CPU from entry to
 * exit; a switch saves them (XSAVEOPT writes only what changed) and loads the
 * next thread's, unless this CPU still holds them: then nobody else's were
 * loaded since (fpu_owner), nor has the thread run elsewhere (last_cpu).
 *
 * The area has the standard format, with the software bytes that signal frames
 * want in their place for good: a signal frame's FPU part is a plain copy.
 *   I1  LIVE: while its thread runs, the registers are the truth; else memory is
 *   I2  STORED: memory is the truth; the next load makes it LIVE
 *   I3  FILLING: neither; its own thread is writing memory and will load it
 * Context: own thread, or a switch (interrupts off).
 * Tests: tests/sys/fpu_state.c (context switches, signal frames).
 */
#include "arch_priv.h"
#include "fpu_priv.h"
#include <arch/fpu.h>
#include <arch/trace.h>
#include <arch/usercopy.h>
#include <base/err.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <percpu/preempt.h>
#include <sched/thread.h>
#include <trace/klog.h>
#include <asm/sigcontext.h>

#define XCR0_X87_SSE 3ull
#define XCR0_AVX     4ull
#define XCR0_AVX512  0xe0ull                /* opmask, upper halves, upper sixteen: all or none */
#define FXSAVE_SIZE  512u
#define HEADER_SIZE  64u
#define XSAVE_ALIGN  64u
#define FXSAVE_ALIGN 16u
#define MXCSR_DEFAULT 0x1f80u
#define FCW_DEFAULT   0x37fu
#define NO_CPU        (~0u)

enum fpu_where { FPU_LIVE, FPU_STORED, FPU_FILLING };

struct fpu_state {
	unsigned last_cpu;                      /* whose registers were loaded from or saved here last */
	enum fpu_where where;
	union {
		struct _xstate x;
		char area[0];
	} __attribute__((aligned(64)));
};
static_assert(offsetof(struct fpu_state, area) == 64, "XSAVE wants 64-byte alignment");
static_assert(offsetof(struct _xstate, xstate_hdr) == FXSAVE_SIZE, "standard format");
static_assert(offsetof(struct _fpstate, sw_reserved) == 464, "the part that FXSAVE leaves to software");

static uint64_t xcr0 __ro_after_init;
static uint64_t regset_sw[2][6] __ro_after_init;    /* the software bytes as a debugger reads them: of the part, of the whole */
static_assert(sizeof regset_sw[0] == sizeof(struct _fpx_sw_bytes), "they take the place of a signal frame's");
static unsigned area_size __ro_after_init;          /* of the XSAVE or FXSAVE area */
static uint32_t mxcsr_mask __ro_after_init;
static struct slab_cache *fpu_cache __ro_after_init;
static struct fpu_state *fpu_initial __ro_after_init;

DEFINE_PERCPU_STATIC(struct fpu_state *, fpu_owner);    /* whose state the registers hold; own CPU */

/* ---- registers ---- */

static void registers_save(struct fpu_state *s)
{
	uint32_t lo = xcr0, hi = xcr0 >> 32;

	if (likely(cpu_features.xsaveopt))
		__asm__ volatile("xsaveopt64 (%0)" :: "r"(s->area), "a"(lo), "d"(hi) : "memory");
	else if (cpu_features.xsave)
		__asm__ volatile("xsave64 (%0)" :: "r"(s->area), "a"(lo), "d"(hi) : "memory");
	else
		__asm__ volatile("fxsave64 (%0)" :: "r"(s->area) : "memory");
}

/* Every component written, those in their initial state too. */
static void registers_save_whole(struct fpu_state *s)
{
	uint32_t lo = xcr0, hi = xcr0 >> 32;

	if (cpu_features.xsave)
		__asm__ volatile("xsave64 (%0)" :: "r"(s->area), "a"(lo), "d"(hi) : "memory");
	else
		__asm__ volatile("fxsave64 (%0)" :: "r"(s->area) : "memory");
}

static void registers_load(const struct fpu_state *s)
{
	uint32_t lo = xcr0, hi = xcr0 >> 32;

	if (likely(cpu_features.xsave))
		__asm__ volatile("xrstor64 (%0)" :: "r"(s->area), "a"(lo), "d"(hi) : "memory");
	else
		__asm__ volatile("fxrstor64 (%0)" :: "r"(s->area) : "memory");
}

/* Interrupts off: the thread that owns s leaves the CPU. */
void fpu_switch_out(struct fpu_state *s)
{
	if (likely(s->where == FPU_LIVE))
		registers_save(s);
}

/* Interrupts off: the thread that owns s comes. */
void fpu_switch_in(struct fpu_state *s)
{
	unsigned cpu = cpu_id();

	if (s->where == FPU_FILLING)
		return;
	if (this_cpu_read(fpu_owner) == s && s->last_cpu == cpu && s->where == FPU_LIVE)
		return;
	registers_load(s);
	this_cpu_write(fpu_owner, s);
	s->last_cpu = cpu;
	s->where = FPU_LIVE;
}

/* Preemption off: the registers become those of the running thread's state s, loaded from `from`. */
static void load_as(struct fpu_state *s, const struct fpu_state *from)
{
	registers_load(from);
	this_cpu_write(fpu_owner, s);
	s->last_cpu = cpu_id();
	s->where = FPU_LIVE;
}

/* ---- life of a state ---- */

int fpu_alloc(struct context *c)
{
	struct fpu_state *s = slab_alloc(fpu_cache, 0);

	if (!s)
		return -ENOMEM;
	memcpy(s, fpu_initial, offsetof(struct fpu_state, area) + area_size);
	c->fpu = s;
	return 0;
}

int fpu_copy(struct context *to, struct context *from)
{
	struct fpu_state *s = from->fpu;
	int err = fpu_alloc(to);

	if (err || !s)
		return err;
	preempt_disable();
	if (s->where == FPU_LIVE)
		registers_save(s);
	preempt_enable();
	memcpy(to->fpu->area, s->area, area_size);
	return 0;
}

void fpu_free(struct context *c)
{
	if (!c->fpu)
		return;
	slab_free(fpu_cache, c->fpu);           /* a stale fpu_owner is harmless: a new state has no last_cpu */
	c->fpu = NULL;
}

void fpu_reset(struct context *c)
{
	preempt_disable();
	load_as(c->fpu, fpu_initial);
	preempt_enable();
}

/* ---- signal frames ---- */

size_t fpu_sigframe_size(void) { return cpu_features.xsave ? area_size + FP_XSTATE_MAGIC2_SIZE : FXSAVE_SIZE; }

int fpu_sigframe_save(struct context *c, uaddr_t to)
{
	struct fpu_state *s = c->fpu;
	const uint32_t magic2 = FP_XSTATE_MAGIC2;

	preempt_disable();
	registers_save_whole(s);
	if (cpu_features.xsave)
		s->x.xstate_hdr.xfeatures |= XCR0_X87_SSE;  /* old programs change these without knowing the bits */
	preempt_enable();
	if (user_copy_out(to, s->area, area_size))
		return -EFAULT;
	return cpu_features.xsave ? user_write(uaddr_add(to, area_size), &magic2) : 0;
}

/* How many bytes of the frame's area count: all of ours, or the legacy part when it says nothing better. */
static unsigned frame_area_size(const struct _fpx_sw_bytes *sw, uaddr_t from)
{
	uint32_t magic2;

	if (!cpu_features.xsave || sw->magic1 != FP_XSTATE_MAGIC1 || sw->xstate_size < FXSAVE_SIZE + HEADER_SIZE ||
	    sw->xstate_size > area_size || sw->xstate_size > sw->extended_size)
		return FXSAVE_SIZE;
	if (user_read(&magic2, uaddr_add(from, sw->xstate_size)) || magic2 != FP_XSTATE_MAGIC2)
		return FXSAVE_SIZE;
	return sw->xstate_size;
}

/* Would XRSTOR take it? SDM volume 1, 13.8: no component that does not exist, nothing in reserved bytes, not compacted. */
static bool header_is_good(const struct _header *h)
{
	uint64_t bad = (h->xfeatures & ~xcr0) | h->reserved1[0] | h->reserved1[1];

	for (unsigned i = 0; i < ARRAY_SIZE(h->reserved2); i++)
		bad |= h->reserved2[i];
	return !bad;
}

/* Make any bytes an area that can be loaded. whole: with a header that is good; otherwise the legacy part counts alone. */
static void area_sanitise(struct fpu_state *s, bool whole, uint64_t features)
{
	struct _header *h = &s->x.xstate_hdr;

	s->x.fpstate.mxcsr &= mxcsr_mask;
	s->x.fpstate.sw_reserved = fpu_initial->x.fpstate.sw_reserved;
	if (whole) {
		h->xfeatures &= features;
	} else if (cpu_features.xsave) {
		memset(h, 0, sizeof *h);
		h->xfeatures = XCR0_X87_SSE;
	}
}

/* The registers from a frame that can be read and that XRSTOR takes. 0, -EFAULT: they may be anything. */
static int area_take(struct context *c, uaddr_t from)
{
	struct fpu_state *s = c->fpu;
	struct _fpx_sw_bytes sw;
	unsigned size;
	bool whole;
	int err;

	if (user_read(&sw, uaddr_add(from, offsetof(struct _fpstate, sw_reserved))))
		return -EFAULT;
	size = frame_area_size(&sw, from);
	if (from.v & (size == FXSAVE_SIZE ? FXSAVE_ALIGN - 1 : XSAVE_ALIGN - 1))
		return -EFAULT;

	s->where = FPU_FILLING;                 /* a switch from here on leaves the area alone */
	barrier();
	err = user_copy_in(s->area, from, size);
	whole = size > FXSAVE_SIZE && !err;
	if (unlikely(whole && !header_is_good(&s->x.xstate_hdr))) {
		whole = false;
		err = -EFAULT;
	}
	area_sanitise(s, whole, sw.xfeatures);
	preempt_disable();
	load_as(s, s);
	preempt_enable();
	return err;
}

int fpu_sigframe_restore(struct context *c, uaddr_t from)
{
	int err = 0;

	if (likely(!uaddr_is_null(from))) {
		err = area_take(c, from);
		if (likely(!err))
			return 0;
	}
	fpu_reset(c);
	return err;
}

/* ---- another thread's, which is parked ---- */

size_t fpu_area_size(bool whole) { return whole && cpu_features.xsave ? area_size : FXSAVE_SIZE; }

/*
 * The software bytes differ: a signal frame's tell how to restore it, a debugger's start with xcr0,
 * from which it learns what registers there are, or are zero where the area ends behind them.
 * XSAVE never writes them, so all are constants.
 */
const void *fpu_area_run(struct context *c, bool whole, size_t pos, size_t *len)
{
	const size_t from = offsetof(struct _fpstate, sw_reserved), end = from + sizeof regset_sw[0];

	if (pos >= from && pos < end) {
		*len = end - pos;
		return (const char *)regset_sw[whole] + (pos - from);
	}
	*len = (pos < from ? from : fpu_area_size(whole)) - pos;
	return c->fpu->area + pos;
}

int fpu_area_set(struct context *c, const void *area, size_t len)
{
	struct fpu_state *s = c->fpu;
	const struct _xstate *x = area;
	uint64_t kept = 0;

	if (x->fpstate.mxcsr & ~mxcsr_mask)
		return -EINVAL;
	if (len > FXSAVE_SIZE && !header_is_good(&x->xstate_hdr))
		return -EINVAL;
	if (cpu_features.xsave && len == FXSAVE_SIZE)
		kept = s->x.xstate_hdr.xfeatures;       /* what lies beyond stays as it was */
	memcpy(s->area, area, len);
	area_sanitise(s, len > FXSAVE_SIZE, xcr0);
	if (kept)
		s->x.xstate_hdr.xfeatures |= kept;
	s->where = FPU_STORED;
	s->last_cpu = NO_CPU;
	return 0;
}

void fpu_sync(struct context *c)
{
	preempt_disable();
	if (c->fpu->where == FPU_LIVE)
		registers_save_whole(c->fpu);
	preempt_enable();
}

unsigned fpu_components(struct fpu_component out[FPU_COMPONENTS])
{
	unsigned n = 0;

	for (unsigned i = 2; i < 64 && n < FPU_COMPONENTS; i++) {
		struct cpuid d;

		if (!(xcr0 >> i & 1))
			continue;
		d = cpuid(0xd, i);
		out[n++] = (struct fpu_component){ .number = i, .size = d.eax, .offset = d.ebx };
	}
	return n;
}

/* ---- bring-up ---- */

void fpu_init_cpu(void)
{
	if (cpu_features.xsave) {
		write_cr4(read_cr4() | X86_CR4_OSXSAVE);
		__asm__ volatile("xsetbv" :: "c"(0), "a"((uint32_t)xcr0), "d"((uint32_t)(xcr0 >> 32)));
	}
	__asm__ volatile("fninit");
	registers_load(fpu_initial);
	this_cpu_write(fpu_owner, NULL);
}

static uint64_t xcr0_choose(void)
{
	struct cpuid d = cpuid(0xd, 0);
	uint64_t supported = (uint64_t)d.edx << 32 | d.eax, chosen = XCR0_X87_SSE;

	if (!(supported & XCR0_AVX))
		return chosen;
	chosen |= XCR0_AVX;
	if ((supported & XCR0_AVX512) == XCR0_AVX512)
		chosen |= XCR0_AVX512;
	return chosen;
}

static void initial_fill(struct fpu_state *s)
{
	__asm__ volatile("fninit; fxsave64 (%0)" :: "r"(s->area) : "memory");
	mxcsr_mask = s->x.fpstate.mxcsr_mask ? s->x.fpstate.mxcsr_mask : 0xffbf;
	memset(s->area, 0, area_size);
	s->x.fpstate.cwd = FCW_DEFAULT;
	s->x.fpstate.mxcsr = MXCSR_DEFAULT;
	s->x.fpstate.mxcsr_mask = mxcsr_mask;
	if (cpu_features.xsave)
		s->x.fpstate.sw_reserved = (struct _fpx_sw_bytes){
			.magic1 = FP_XSTATE_MAGIC1, .extended_size = area_size + FP_XSTATE_MAGIC2_SIZE,
			.xfeatures = xcr0, .xstate_size = area_size,
		};
	s->last_cpu = NO_CPU;
	s->where = FPU_STORED;
}

void fpu_init_boot(void)
{
	area_size = FXSAVE_SIZE;
	if (cpu_features.xsave) {
		xcr0 = xcr0_choose();
		write_cr4(read_cr4() | X86_CR4_OSXSAVE);
		__asm__ volatile("xsetbv" :: "c"(0), "a"((uint32_t)xcr0), "d"((uint32_t)(xcr0 >> 32)));
		area_size = cpuid(0xd, 0).ebx;          /* for the bits set just now */
		regset_sw[true][0] = xcr0;
	}
	fpu_cache = slab_cache_create("fpu_state", MAX(offsetof(struct fpu_state, area) + (size_t)area_size, sizeof(struct fpu_state)), 64);
	fpu_initial = slab_alloc(fpu_cache, ALLOC_ZERO);
	if (!fpu_initial)
		panic("fpu: no memory");
	initial_fill(fpu_initial);
	fpu_init_cpu();
}
