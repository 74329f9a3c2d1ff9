/* maps.c - [vvar] and [vdso] in /proc/self/maps: rights, and what may be done to them. */
#include "vdso.h"

static char *vvar, *vdso, *vvar_end, *vdso_end;

static void find(void)
{
	char line[512];
	FILE *f = fopen("/proc/self/maps", "r");

	while (fgets(line, sizeof line, f)) {
		unsigned long a, b, off, ino;
		char rights[8], dev[16], name[64] = "";

		sscanf(line, "%lx-%lx %7s %lx %15s %lu %63s", &a, &b, rights, &off, dev, &ino, name);
		if (strcmp(name, "[vvar]") && strcmp(name, "[vdso]"))
			continue;
		say("%s %s %lx %s %lu\n", name, rights, off, dev, ino);
		if (name[2] == 'v')
			vvar = (char *)a, vvar_end = (char *)b;
		else
			vdso = (char *)a, vdso_end = (char *)b;
	}
	fclose(f);
}

static void write_vdso(void) { *(volatile char *)vdso = 1; }
static void write_vvar(void) { *(volatile char *)vvar = 1; }

static void unmap(void)
{
	show("munmap vvar", munmap(vvar, vvar_end - vvar));
	show("munmap vdso", munmap(vdso, vdso_end - vdso));
	find();
}

int main(void)
{
	struct timespec t;
	char head[4];
	int fd;

	find();
	judge("vvar before vdso", vvar_end == vdso);
	judge("AT_SYSINFO_EHDR", (char *)getauxval(AT_SYSINFO_EHDR) == vdso);
	in_child("write to vdso", write_vdso);
	in_child("write to vvar", write_vvar);
	show("vvar writable", mprotect(vvar, PAGE, PROT_READ | PROT_WRITE));
	show("vvar executable", mprotect(vvar, PAGE, PROT_READ | PROT_EXEC));
	fd = open("/proc/self/mem", O_RDONLY);
	show("mem", pread(fd, head, 4, (off_t)(uintptr_t)vdso));
	judge("is ELF", !memcmp(head, "\177ELF", 4));
	show("lock vdso", mlock(vdso, vdso_end - vdso));
	show("MADV_DONTNEED vdso", madvise(vdso, PAGE, MADV_DONTNEED));
	judge("still there", !memcmp(vdso, "\177ELF", 4));
	in_child("unmap", unmap);
	/* A private copy: other programs do not see it. */
	show("a part of it", vdso_end - vdso > (long)PAGE ? mprotect(vdso, PAGE, PROT_READ | PROT_WRITE) : (errno = EINVAL, -1));
	show("vdso writable", mprotect(vdso, vdso_end - vdso, PROT_READ | PROT_WRITE | PROT_EXEC));
	vdso[4] = 77;
	say("written: %d\n", vdso[4]);
	show("clock_gettime", clock_gettime(CLOCK_MONOTONIC, &t));
	in_child("find again", find);
	return 0;
}
