/* What is dumped of memory: by kind of mapping, madvise(2) and /proc/PID/coredump_filter. */
#include "core.h"

enum { WRITTEN, UNTOUCHED, READ_ONLY, NO_ACCESS, NOT_DUMPED, DUMPED_AGAIN, SHARED, FILE_PRIVATE, FILE_WRITTEN, FILE_SHARED, FILE_DELETED, PROGRAM, FORKED, KINDS };
static const char *const names[KINDS] = { "written", "untouched", "read-only", "no access", "MADV_DONTDUMP", "MADV_DODUMP", "shared", "file, private",
	"file, private, written", "file, shared", "file, shared, deleted", "a program's head", "written before fork" };
static char *at[KINDS];
static unsigned filter;

static char *map(int prot, int flags, int fd) { return mmap(NULL, 4 * PAGE, prot, flags, fd, 0); }

static void crash(void *arg)
{
	char text[16];

	snprintf(text, sizeof text, "%#x", filter);
	if (filter)
		setting_write("/proc/self/coredump_filter", text);
	at[WRITTEN][0] = 'W';
	at[WRITTEN][2 * PAGE] = 'V';
	at[READ_ONLY][PAGE] = 'R';
	mprotect(at[READ_ONLY], 4 * PAGE, PROT_READ);
	at[NO_ACCESS][PAGE] = 'N';
	mprotect(at[NO_ACCESS], 4 * PAGE, PROT_NONE);
	at[NOT_DUMPED][0] = at[DUMPED_AGAIN][0] = 'D';
	madvise(at[NOT_DUMPED], 4 * PAGE, MADV_DONTDUMP);
	madvise(at[DUMPED_AGAIN], 4 * PAGE, MADV_DONTDUMP);
	madvise(at[DUMPED_AGAIN], 4 * PAGE, MADV_DODUMP);
	at[SHARED][PAGE] = 'S';
	at[FILE_WRITTEN][PAGE] = 'P';
	at[FILE_SHARED][PAGE] = 'F';
	at[FILE_DELETED][PAGE] = 'G';
	(void)*(volatile char *)at[FILE_PRIVATE];
	abort();
	(void)arg;
}

static void facts(const struct core *c, unsigned kind)
{
	Elf64_Phdr *p = segment_find(c, at[kind]);
	int bytes[4];

	if (!p) {
		say("%s: no segment\n", names[kind]);
		return;
	}
	for (unsigned i = 0; i < 4; i++)
		bytes[i] = core_byte(c, at[kind] + i * PAGE);
	say("%s: %c%c%c, %ld of %ld bytes: %d %d %d %d\n", names[kind], p->p_flags & PF_R ? 'r' : '-', p->p_flags & PF_W ? 'w' : '-',
	    p->p_flags & PF_X ? 'x' : '-', p->p_filesz ? (long)(p->p_vaddr + p->p_filesz - (uintptr_t)at[kind]) : 0L,
	    (long)(p->p_vaddr + p->p_memsz - (uintptr_t)at[kind]), bytes[0], bytes[1], bytes[2], bytes[3]);
}

static void round_run(unsigned f)
{
	bool aligned = true;
	struct core c;

	filter = f;
	say("== filter %#x\n", f);
	status_show("abort", child(crash, NULL));
	if (!core_load(&c, "core"))
		return;
	for (unsigned i = 1; i < c.head->e_phnum; i++)
		aligned = aligned && !(c.ph[i].p_offset % PAGE) && c.ph[i].p_align == PAGE;
	say("aligned: %d, to the end: %d\n", aligned, c.ph[c.head->e_phnum - 1].p_offset + c.ph[c.head->e_phnum - 1].p_filesz == c.size);
	for (unsigned i = 0; i < KINDS; i++)
		facts(&c, i);
	munmap(c.data, c.size);
}

int main(void)
{
	char block[4 * PAGE], text[64];
	int fd = open("file", O_RDWR | O_CREAT, 0644), gone = open("gone", O_RDWR | O_CREAT, 0644), program = open("/proc/self/exe", O_RDONLY);

	memset(block, 'f', sizeof block);
	if (write(fd, block, sizeof block) < 0 || write(gone, block, sizeof block) < 0)
		return 1;
	unlink("gone");
	for (unsigned i = 0; i < FILE_PRIVATE; i++) {
		at[i] = map(PROT_READ | PROT_WRITE, (i == SHARED ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS, -1);
		mmap(NULL, PAGE, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);      /* so that none are merged */
	}
	at[FILE_PRIVATE] = map(PROT_READ, MAP_PRIVATE, fd);
	at[FILE_WRITTEN] = map(PROT_READ | PROT_WRITE, MAP_PRIVATE, fd);
	at[FILE_SHARED] = map(PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	at[FILE_DELETED] = map(PROT_READ | PROT_WRITE, MAP_SHARED, gone);
	at[PROGRAM] = map(PROT_READ, MAP_PRIVATE, program);
	mmap(NULL, PAGE, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	at[FORKED] = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	mmap(NULL, PAGE, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	at[FORKED][3 * PAGE] = 'K';

	fd = open("/proc/self/coredump_filter", O_RDWR);
	text[read(fd, text, sizeof text - 1)] = 0;
	say("by default %s", text);
	say("x: %s\n", write(fd, "x", 1) < 0 ? strerror(errno) : "taken");
	say("-1: %s\n", write(fd, "-1", 2) < 0 ? strerror(errno) : "taken");
	close(fd);
	round_run(0);
	round_run(0x1);
	round_run(0x2);
	round_run(0x1c);
	round_run(0xfff);
	setting_write("/proc/self/coredump_filter", "0xffffffff");
	fd = open("/proc/self/coredump_filter", O_RDONLY);
	text[read(fd, text, sizeof text - 1)] = 0;
	say("all: %s", text);
	return 0;
}
