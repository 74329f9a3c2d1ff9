/* vdso.h - finding a function in the vDSO, as a C library does. */
#include "../show.h"
#include <elf.h>
#include <link.h>
#include <sys/auxv.h>

struct vdso { const char *base; const Elf64_Sym *sym; const char *str; const uint32_t *hash; const uint16_t *versym; const Elf64_Verdef *verdef; };

static inline bool vdso_open(struct vdso *v)
{
	const Elf64_Ehdr *h = (const void *)getauxval(AT_SYSINFO_EHDR);
	const Elf64_Phdr *p;
	const Elf64_Dyn *d = NULL;

	if (!h)
		return false;
	v->base = (const char *)h;
	p = (const void *)(v->base + h->e_phoff);
	for (int i = 0; i < h->e_phnum; i++)
		if (p[i].p_type == PT_DYNAMIC)
			d = (const void *)(v->base + p[i].p_offset);
	for (; d->d_tag; d++) {
		const void *at = v->base + d->d_un.d_ptr;

		switch (d->d_tag) {
		case DT_SYMTAB: v->sym = at; break;
		case DT_STRTAB: v->str = at; break;
		case DT_HASH: v->hash = at; break;
		case DT_VERSYM: v->versym = at; break;
		case DT_VERDEF: v->verdef = at; break;
		}
	}
	return v->sym && v->str && v->hash;
}

/* The version's name of symbol i. */
static inline const char *vdso_version(const struct vdso *v, unsigned i)
{
	const Elf64_Verdef *d = v->verdef;

	for (;;) {
		if ((d->vd_ndx & 0x7fff) == (v->versym[i] & 0x7fff))
			return v->str + ((const Elf64_Verdaux *)((const char *)d + d->vd_aux))->vda_name;
		if (!d->vd_next)
			return "none";
		d = (const void *)((const char *)d + d->vd_next);
	}
}

static inline const Elf64_Sym *vdso_symbol(const struct vdso *v, const char *name, const char **version)
{
	for (unsigned i = 1; i < v->hash[1]; i++)
		if (!strcmp(v->str + v->sym[i].st_name, name)) {
			*version = vdso_version(v, i);
			return &v->sym[i];
		}
	return NULL;
}

static inline void *vdso_function(const char *name)
{
	const char *version;
	struct vdso v = { 0 };
	const Elf64_Sym *s = vdso_open(&v) ? vdso_symbol(&v, name, &version) : NULL;

	if (!s) {
		say("no %s\n", name);
		_exit(1);
	}
	return (void *)(v.base + s->st_value);
}
