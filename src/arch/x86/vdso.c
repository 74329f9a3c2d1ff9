/*
 * vdso.c - the pages of [vvar] and [vdso], one map of all of them for every program.
 *
 * The image's pages are the kernel's own; the map is never truncated, so its mappings are not kept in a
 * list (VMA_SPECIAL) and share no lock. User mode can write neither: a debugger gets a private copy of the code.
 */
#include <arch/vdso.h>
#include <mm/filemap.h>
#include <mm/space.h>
#include <mm/vmalloc.h>
#include <time/clock.h>
#include <trace/klog.h>

extern const char vdso_image_start[], vdso_image_end[];

static struct filemap vdso_pages;
static uint64_t vdso_size __ro_after_init;      /* of both mappings */

void vdso_init(void)
{
	clock_vdso_serve();
	vdso_size = PAGE_SIZE + (uint64_t)(vdso_image_end - vdso_image_start);
	filemap_init(&vdso_pages, NULL, NULL, &vdso_size);
	if (filemap_insert(&vdso_pages, 0, clock_vdso_data_page()))
		panic("vdso: no memory");
	fetch_or_relaxed(&clock_vdso_data_page()->flags, PG_IO);        /* relaxed: no program runs yet */
	for (const char *p = vdso_image_start; p < vdso_image_end; p += PAGE_SIZE) {
		paddr_t at;

		if (!kernel_virt_to_phys(p, &at) ||
		    filemap_insert(&vdso_pages, (uint64_t)(p - vdso_image_start) / PAGE_SIZE + 1, pfn_to_page(paddr_to_pfn(at))))
			panic("vdso: no memory");
	}
}

int vdso_map(struct space *s, uint64_t *base)
{
	const struct space_part parts[] = {
		{ "[vvar]", PAGE_SIZE, VMA_READ | VMA_MAYREAD },
		{ "[vdso]", vdso_size - PAGE_SIZE, VMA_READ | VMA_EXEC | VMA_MAYREAD | VMA_MAYWRITE | VMA_MAYEXEC },
	};
	int err = space_map_special(s, &vdso_pages, parts, 2, base);

	*base += PAGE_SIZE;
	return err;
}
