/* Broken ELF files: each refused with the right error, or ended by a signal. */
#include "run.h"
#include <elf.h>

static char image[8192];
static Elf64_Ehdr *const e = (void *)image;
static Elf64_Phdr *const p = (void *)(image + sizeof(Elf64_Ehdr));

/* exit(7), at 0x400000 + 0x200. */
static const unsigned char code[] = { 0xb8, 60, 0, 0, 0, 0xbf, 7, 0, 0, 0, 0x0f, 0x05 };

static void fresh(void)
{
	memset(image, 0, sizeof image);
	memcpy(e->e_ident, ELFMAG, 4);
	e->e_ident[EI_CLASS] = ELFCLASS64;
	e->e_ident[EI_DATA] = ELFDATA2LSB;
	e->e_ident[EI_VERSION] = EV_CURRENT;
	e->e_type = ET_EXEC;
	e->e_machine = EM_X86_64;
	e->e_version = EV_CURRENT;
	e->e_entry = 0x400200;
	e->e_phoff = sizeof *e;
	e->e_ehsize = sizeof *e;
	e->e_phentsize = sizeof *p;
	e->e_phnum = 1;
	p->p_type = PT_LOAD;
	p->p_flags = PF_R | PF_X;
	p->p_vaddr = p->p_paddr = 0x400000;
	p->p_filesz = p->p_memsz = 0x1000;
	p->p_align = 0x1000;
	memcpy(image + 0x200, code, sizeof code);
}

static void probe(const char *what, size_t len)
{
	put_file("/tmp/elf", image, len, 0755);
	run(what, "/tmp/elf", (char *[]){ "x", NULL }, NULL);
	fresh();
}

int main(void)
{
	fresh();
	probe("good", 4096);
	probe("header cut", 40);
	probe("program headers cut", 80);
	e->e_machine = EM_AARCH64;
	probe("another machine", 4096);
	e->e_ident[EI_CLASS] = ELFCLASS32;
	probe("class 32, machine 64", 4096);
	e->e_type = ET_REL;
	probe("relocatable", 4096);
	e->e_type = ET_CORE;
	probe("core", 4096);
	e->e_phentsize = 32;
	probe("entry size", 4096);
	e->e_phnum = 0;
	probe("no program headers", 4096);
	e->e_phnum = 2000;
	probe("too many", 4096);
	e->e_phoff = 1 << 20;
	probe("headers behind the end", 4096);
	e->e_phoff = ~0ull - 8;
	probe("headers at the end of numbers", 4096);
	p->p_type = PT_NULL;
	probe("nothing to load", 4096);
	p->p_memsz = 0x800;
	probe("more in the file than in memory", 4096);
	p->p_vaddr = 0x800000000000;
	probe("in the kernel", 4096);
	p->p_memsz = 0x7fffffffffff;
	probe("too big", 4096);
	p->p_offset = 0x10;
	probe("offset and address disagree", 4096);
	p->p_filesz = p->p_memsz = 0x3000;
	probe("behind the file's end", 4096);
	e->e_entry = 0x500000;
	probe("entry outside", 4096);
	e->e_entry = 0xffffffff81000000;
	probe("entry in the kernel", 4096);
	p->p_flags = PF_R;
	probe("not executable", 4096);
	e->e_phnum = 2;
	p[1] = (Elf64_Phdr){ .p_type = PT_INTERP, .p_offset = 0x800, .p_filesz = 20 };
	strcpy(image + 0x800, "/tmp/no_interpreter");
	probe("no interpreter", 4096);
	e->e_phnum = 2;
	p[1] = (Elf64_Phdr){ .p_type = PT_INTERP, .p_offset = 0x800, .p_filesz = 20 };
	memset(image + 0x800, 'x', 40);
	probe("interpreter without end", 4096);
	e->e_phnum = 2;
	p[1] = (Elf64_Phdr){ .p_type = PT_INTERP, .p_offset = 0x800, .p_filesz = 1 };
	probe("empty interpreter", 4096);
	e->e_phnum = 2;
	p[1] = (Elf64_Phdr){ .p_type = PT_INTERP, .p_offset = 0x800, .p_filesz = 6000 };
	probe("long interpreter", 4096);
	e->e_phnum = 2;
	put_text("/tmp/not_elf", "#!/bin/sh\nexit 3\n some more text so that it is long enough to hold a whole ELF header", 0755);
	p[1] = (Elf64_Phdr){ .p_type = PT_INTERP, .p_offset = 0x800, .p_filesz = 13 };
	strcpy(image + 0x800, "/tmp/not_elf");
	probe("interpreter is text", 4096);
	e->e_phnum = 2;
	p[1] = (Elf64_Phdr){ .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W | PF_X };
	probe("executable stack", 4096);
	e->e_type = ET_DYN;
	p->p_vaddr = 0;
	e->e_entry = 0x200;
	probe("position independent", 4096);
}
