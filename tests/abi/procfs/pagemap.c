/* /proc/self/pagemap: what a page is, by its word; positions and lengths; whose frames are shown. */
#include "../show.h"
#include <sys/prctl.h>
#include <sys/stat.h>

static int fd;
static char *mem;

static void word(const char *what, void *addr)
{
	uint64_t w = 0;
	ssize_t n = pread(fd, &w, 8, (uintptr_t)addr / PAGE * 8);

	say("%s: %zd bits %#lx frame %s\n", what, n, w >> 55, w << 9 ? "shown" : "0");
}

static void words(void)
{
	fd = open("/proc/self/pagemap", O_RDONLY);
	if (show_ok("open", fd))
		say("\n");
	word("untouched", mem);
	word("written", mem + PAGE);
	word("read", mem + 2 * PAGE);
	word("written, PROT_NONE", mem + 3 * PAGE);
	word("hole", mem + 5 * PAGE);
	word("kernel", KERNEL_ADDRESS);
	word("end of user space", (void *)0x7ffffffff000);
	word("last page", (void *)0x7fffffffe000);
	word("past", (void *)0x800000000000);
	close(fd);
}

int main(void)
{
	static uint64_t buf[4096];
	char *shared, *file, *edge;
	int f;
	pid_t pid;

	mkdir("/tmp", 0777);
	f = open("/tmp/pagemap", O_RDWR | O_CREAT | O_TRUNC, 0644);
	if (f < 0)
		fatal("/tmp/pagemap");
	mem = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(mem, 8 * PAGE, MADV_NOHUGEPAGE);
	munmap(mem + 5 * PAGE, PAGE);
	mem[PAGE] = mem[3 * PAGE] = 1;
	volatile char c = mem[2 * PAGE];
	mprotect(mem + 3 * PAGE, PAGE, PROT_NONE);
	words();
	fd = open("/proc/self/pagemap", O_RDONLY);
	shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	word("shared, untouched", shared);
	shared[0] = 1;
	word("shared", shared);
	(void)!write(f, buf, 2 * PAGE);
	file = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, f, 0);
	if (file == MAP_FAILED)
		fatal("mmap");
	c = file[0];
	word("private file, read", file);
	file[0] = c;
	word("private file, written", file);
	pid = fork();
	if (!pid)
		for (;;)
			pause();
	word("after fork", mem + PAGE);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	word("alone again", mem + PAGE);
	edge = page_edge();
	show("odd position", pread(fd, buf, 8, 4));
	show("odd length", pread(fd, buf, 12, 0));
	show("nothing", pread(fd, buf, 0, 8));
	show("odd position, nothing", pread(fd, buf, 0, 4));
	show("bad buffer", pread(fd, edge, 8, 0));
	show("half a buffer", pread(fd, edge - 8, 4096, 0) < 4096);
	show("many", pread(fd, buf, sizeof buf, (uintptr_t)mem / PAGE * 8));
	say("  %#lx %#lx\n", buf[0] >> 55, buf[1] >> 55);
	show("across the end", pread(fd, buf, 800, 0x7ffffffff000 / PAGE * 8 - 400));
	show("seek", lseek(fd, 80, SEEK_SET));
	show("read", read(fd, buf, 16));
	show("now at", lseek(fd, 0, SEEK_CUR));
	show("from the end", lseek(fd, 0, SEEK_END));
	show("write", write(fd, buf, 8));
	unlink("/tmp/pagemap");
	if (setresuid(65534, 65534, 65534))
		fatal("setresuid");
	word("opened as root", mem + PAGE);
	prctl(PR_SET_DUMPABLE, 1);
	words();
	show("init's", open("/proc/1/pagemap", O_RDONLY));
	return 0;
}
