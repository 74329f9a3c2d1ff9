/* image.c - the vDSO is a shared object with the functions that C libraries look for. */
#include "vdso.h"

int main(void)
{
	static const char *const names[] = { "__vdso_clock_gettime", "__vdso_gettimeofday", "__vdso_time", "__vdso_getcpu",
					     "__vdso_clock_getres", "clock_gettime", "gettimeofday", "time", "getcpu", "clock_getres" };
	const char *version = "";
	struct vdso v = { 0 };
	const Elf64_Ehdr *h;
	const Elf64_Phdr *p;
	bool loads = false, dynamic = false, frames = false;

	judge("opens", vdso_open(&v));
	h = (const void *)v.base;
	judge("ELF", !memcmp(h->e_ident, ELFMAG, SELFMAG));
	say("class %d type %d machine %d\n", h->e_ident[EI_CLASS], h->e_type, h->e_machine);
	judge("page aligned", !((uintptr_t)h % PAGE));
	p = (const void *)(v.base + h->e_phoff);
	for (int i = 0; i < h->e_phnum; i++) {
		loads |= p[i].p_type == PT_LOAD && !p[i].p_vaddr && p[i].p_flags == (PF_R | PF_X);
		dynamic |= p[i].p_type == PT_DYNAMIC;
		frames |= p[i].p_type == PT_GNU_EH_FRAME;
	}
	judge("one segment, read and execute, at 0", loads);
	judge("dynamic section", dynamic);
	judge("unwind tables", frames);
	for (const Elf64_Verdef *d = v.verdef;; d = (const void *)((const char *)d + d->vd_next)) {
		say("version %u: %s\n", d->vd_ndx, v.str + ((const Elf64_Verdaux *)((const char *)d + d->vd_aux))->vda_name);
		if (!d->vd_next)
			break;
	}
	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
		const Elf64_Sym *s = vdso_symbol(&v, names[i], &version);

		if (s)
			say("%s: type %d bind %d %s\n", names[i], ELF64_ST_TYPE(s->st_info), ELF64_ST_BIND(s->st_info), version);
		else
			say("%s: absent\n", names[i]);
	}
	return 0;
}
