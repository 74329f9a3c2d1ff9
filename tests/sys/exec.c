/*
 * exec.c - execve: programs with broken headers, what a new program inherits
 * and what not, its stack and auxiliary vector, set-user-id, limits of
 * arguments, scripts.
 * limit: 60
 */
#include "show.h"
#include <elf.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

extern char **environ;

static struct {
	Elf64_Ehdr e;
	Elf64_Phdr p[3];
	unsigned char code[64];
} good;

/* mov $60, %eax; mov $7, %edi; syscall: exit(7) */
static const unsigned char exit7[] = { 0xb8, 60, 0, 0, 0, 0xbf, 7, 0, 0, 0, 0x0f, 0x05 };

static void build(void)
{
	memset(&good, 0, sizeof good);
	memcpy(good.e.e_ident, ELFMAG, 4);
	good.e.e_ident[EI_CLASS] = ELFCLASS64;
	good.e.e_ident[EI_DATA] = ELFDATA2LSB;
	good.e.e_ident[EI_VERSION] = 1;
	good.e.e_type = ET_EXEC;
	good.e.e_machine = EM_X86_64;
	good.e.e_version = 1;
	good.e.e_phoff = sizeof good.e;
	good.e.e_ehsize = sizeof good.e;
	good.e.e_phentsize = sizeof good.p[0];
	good.e.e_phnum = 1;
	good.e.e_entry = 0x400000 + __builtin_offsetof(__typeof__(good), code);
	good.p[0] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_vaddr = 0x400000,
		.p_paddr = 0x400000, .p_filesz = sizeof good, .p_memsz = sizeof good, .p_align = PAGE };
	memcpy(good.code, exit7, sizeof exit7);
}

static void try(const char *what, size_t size)
{
	int fd = open("prog", O_WRONLY | O_CREAT | O_TRUNC, 0755), status;
	pid_t pid;

	if (write(fd, &good, size) != (ssize_t)size)
		fatal("write");
	close(fd);
	pid = fork();
	if (pid == 0) {
		execve("./prog", (char *[]){ "prog", NULL }, (char *[]){ NULL });
		say("%s: %s\n", what, errno_name(errno));
		_exit(77);
	}
	waitpid(pid, &status, 0);
	if (status != 77 << 8)
		say("%s: %s\n", what, ending(status));
	build();
}

static void headers(void)
{
	build();
	try("a good program", sizeof good);
	try("empty file", 0);
	try("one byte", 1);
	try("three bytes", 3);
	try("magic only", 4);
	try("half a header", 40);
	try("header only", sizeof good.e);
	try("half the program headers", sizeof good.e + 30);
	try("without the code", __builtin_offsetof(__typeof__(good), code));
	good.e.e_ident[0] = 'X', try("wrong magic", sizeof good);
	good.e.e_ident[EI_CLASS] = ELFCLASS32, try("class 32", sizeof good);
	good.e.e_ident[EI_DATA] = ELFDATA2MSB, try("big endian", sizeof good);
	good.e.e_ident[EI_VERSION] = 9, try("ident version 9", sizeof good);
	good.e.e_version = 9, try("version 9", sizeof good);
	good.e.e_machine = EM_AARCH64, try("another machine", sizeof good);
	good.e.e_type = ET_REL, try("relocatable", sizeof good);
	good.e.e_type = ET_CORE, try("core", sizeof good);
	good.e.e_phnum = 0, try("no program header", sizeof good);
	good.e.e_phnum = 0xffff, try("65535 program headers", sizeof good);
	good.e.e_phentsize = 1, try("tiny program header", sizeof good);
	good.e.e_phentsize = 0xffff, try("huge program header", sizeof good);
	good.e.e_phoff = 1ull << 40, try("program headers far away", sizeof good);
	good.e.e_phoff = ~0ull - 10, try("program headers overflow", sizeof good);
	good.p[0].p_type = PT_NULL, try("nothing to load", sizeof good);
	good.p[0].p_offset = 1ull << 40, try("segment beyond the file", sizeof good);
	good.p[0].p_offset = 8, try("offset not congruent", sizeof good);
	good.p[0].p_filesz = 1 << 20, try("file size beyond the file", sizeof good);
	good.p[0].p_memsz = 10, try("memory size below file size", sizeof good);
	good.p[0].p_filesz = ~0ull, try("file size overflow", sizeof good);
	good.p[0].p_memsz = ~0ull, try("memory size overflow", sizeof good);
	good.p[0].p_memsz = 1ull << 47, try("memory size of all", sizeof good);
	good.p[0].p_vaddr = 0xffffffff80000000, try("segment in the kernel", sizeof good);
	good.p[0].p_vaddr = 0x800000000000, try("segment not canonical", sizeof good);
	good.p[0].p_vaddr = 0x7ffffffff000, try("segment at the top", sizeof good);
	good.p[0].p_flags = PF_R, try("code not executable", sizeof good);
	good.p[0].p_flags = 0, try("no permission at all", sizeof good);
	good.p[0].p_flags = 7, try("writable code", sizeof good);
	good.p[0].p_align = 3, try("odd alignment", sizeof good);
	good.p[0].p_memsz = 100 * PAGE, try("large bss", sizeof good);
	good.e.e_entry = 0, try("entry at 0", sizeof good);
	good.e.e_entry = 0xffffffff80000000, try("entry in the kernel", sizeof good);
	good.e.e_entry = 0x0000900000000000, try("entry not canonical", sizeof good);
	good.e.e_phnum = 2;
	good.p[1] = (Elf64_Phdr){ .p_type = PT_INTERP, .p_offset = 300, .p_filesz = 5 };
	try("interpreter beyond the file", sizeof good);
	good.e.e_phnum = 2;
	good.p[1] = (Elf64_Phdr){ .p_type = PT_INTERP, .p_offset = sizeof good.e + 200, .p_filesz = 1 };
	try("interpreter name of one byte", sizeof good);
	good.e.e_phnum = 2;
	good.p[1] = (Elf64_Phdr){ .p_type = PT_INTERP, .p_offset = __builtin_offsetof(__typeof__(good), code) + 20, .p_filesz = 12 };
	memcpy(good.code + 20, "/no/ld.so.1", 12);
	try("interpreter missing", sizeof good);
	good.e.e_phnum = 2;
	good.p[1] = (Elf64_Phdr){ .p_type = PT_INTERP, .p_offset = __builtin_offsetof(__typeof__(good), code) + 20, .p_filesz = 12 };
	memcpy(good.code + 20, "/etc/passwd", 12);
	try("interpreter not a program", sizeof good);
	good.e.e_phnum = 2;
	good.p[1] = (Elf64_Phdr){ .p_type = PT_INTERP, .p_offset = __builtin_offsetof(__typeof__(good), code) + 20, .p_filesz = 11 };
	memcpy(good.code + 20, "/etc/passwd", 12);
	try("interpreter name without its end", sizeof good);
	good.e.e_phnum = 2;
	good.p[1] = good.p[0];
	good.p[1].p_vaddr = 0x300000;
	try("segments out of order", sizeof good);
	good.e.e_phnum = 2;
	good.p[1] = good.p[0];
	try("segments on top of each other", sizeof good);
	good.e.e_phnum = 2;
	good.p[1] = (Elf64_Phdr){ .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W };
	try("stack not executable", sizeof good);
	good.e.e_type = ET_DYN, good.p[0].p_vaddr = 0;
	good.e.e_entry = __builtin_offsetof(__typeof__(good), code);
	try("position independent", sizeof good);
}

static void paths(void)
{
	int fd = open("prog", O_RDWR);
	char *none[] = { NULL };

	show("exec of a program open for writing", execve("./prog", none, none));
	close(fd);
	chmod("prog", 0644);
	show("not executable", execve("./prog", none, none));
	show("a directory", execve("/", none, none));
	show("a device", execve("/dev/null", none, none));
	show("missing", execve("./missing", none, none));
	show("below a file", execve("./prog/x", none, none));
	show("execveat, no path", syscall(SYS_execveat, AT_FDCWD, "", none, none, 0));
	show("execveat, bad flag", syscall(SYS_execveat, AT_FDCWD, "./prog", none, none, 1));
	symlink("prog", "to");
	chmod("prog", 0755);
	show("execveat, NOFOLLOW", syscall(SYS_execveat, AT_FDCWD, "to", none, none, AT_SYMLINK_NOFOLLOW));
	fd = open("prog", O_RDONLY | O_CLOEXEC);
	if (fork() == 0)
		_exit((syscall(SYS_execveat, fd, "", none, none, AT_EMPTY_PATH), 1));
	int status;

	wait(&status);
	say("execveat of a descriptor: %s\n", ending(status));
}

static int is_set(const char *path)
{
	return access(path, F_OK) == 0;
}

/* What a program sees of itself; run again as "self". */
static int self(int argc, char **argv)
{
	long *p = (long *)argv - 1;
	sigset_t s;
	struct sigaction sa;
	char name[16] = "";
	struct rlimit r;

	judge("argc stands below argv", *p == argc);
	judge("stack is aligned", ((uintptr_t)p & 15) == 0);
	say("argc %d:", argc);
	for (int i = 0; i < argc; i++)
		say(" [%s]", argv[i]);
	say("\nenvironment:");
	for (char **e = environ; *e; e++)
		say(" [%s]", *e);
	say("\ndescriptors: 3 %d, 4 %d\n", is_set("/proc/self/fd/3"), is_set("/proc/self/fd/4"));
	sigprocmask(SIG_BLOCK, NULL, &s);
	show("blocked signal stays", sigismember(&s, SIGUSR2));
	sigaction(SIGUSR1, NULL, &sa);
	judge("handler is reset", sa.sa_handler == SIG_DFL);
	sigaction(SIGTERM, NULL, &sa);
	judge("ignored stays ignored", sa.sa_handler == SIG_IGN);
	prctl(PR_GET_NAME, name);
	say("name %s\n", name);
	show("alarm goes on", alarm(0) > 0);
	getrlimit(RLIMIT_NOFILE, &r);
	say("limit of descriptors %ld\n", (long)r.rlim_cur);
	say("umask %o\n", umask(0));
	say("page size %ld, clock %ld, secure %ld, uid %ld %ld\n", getauxval(AT_PAGESZ), getauxval(AT_CLKTCK),
	    getauxval(AT_SECURE), getauxval(AT_UID), getauxval(AT_EUID));
	judge("program headers", getauxval(AT_PHDR) && getauxval(AT_PHENT) == 56 && getauxval(AT_PHNUM) > 2);
	judge("entry point", getauxval(AT_ENTRY) > getauxval(AT_PHDR));
	judge("random bytes", getauxval(AT_RANDOM) && *(uint64_t *)getauxval(AT_RANDOM));
	say("file name %s, platform %s\n", (char *)getauxval(AT_EXECFN), (char *)getauxval(AT_PLATFORM));
	judge("hardware bits are CPUID's", ({
		unsigned a = 1, b, c = 0, d;

		__asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
		getauxval(AT_HWCAP) == d;
	}));
	judge("a vDSO is an ELF image", !getauxval(AT_SYSINFO_EHDR) || !memcmp((void *)getauxval(AT_SYSINFO_EHDR), ELFMAG, 4));
	return 0;
}

static void ignore(int sig) { (void)sig; }

static void inherits(const char *me)
{
	sigset_t s;
	struct rlimit r = { 77, 77 };

	dup2(1, 3);
	dup2(1, 4);
	fcntl(4, F_SETFD, FD_CLOEXEC);
	signal(SIGUSR1, ignore);
	signal(SIGTERM, SIG_IGN);
	sigemptyset(&s);
	sigaddset(&s, SIGUSR2);
	sigprocmask(SIG_BLOCK, &s, NULL);
	prctl(PR_SET_NAME, "other");
	alarm(100);
	setrlimit(RLIMIT_NOFILE, &r);
	umask(027);
	symlink(me, "self");
	execve("./self", (char *[]){ "self", "", "b c", NULL }, (char *[]){ "A=1", "EMPTY=", NULL });
	fatal("execve");
}

static const char *my_path;
static void inherits_child(void) { inherits(my_path); }

/* With argc 0 Linux gives the program one empty argument. */
static void no_arguments(void)
{
	execve(my_path, NULL, NULL);
	fatal("execve");
}

static void copy(const char *from, const char *to)
{
	static char b[65536];
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	ssize_t n;

	while ((n = read(in, b, sizeof b)) > 0)
		(void)!write(out, b, n);
	close(in);
	close(out);
}

static void as_bob(const char *mode)
{
	if (setgid(1001) || setuid(1001))
		fatal("setuid");
	if (!strcmp(mode, "no new privileges"))
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	execl("./suid", "suid", "ids", NULL);
	say("%s: %s\n", mode, errno_name(errno));
	_exit(1);
}

static void set_user_id(void)
{
	static const char *modes[] = { "plain", "set-user-id", "set-group-id", "no new privileges", "not readable" };
	static const int bits[] = { 0755, 04755, 02755, 06755, 06711 };

	copy(my_path, "suid");
	chmod(".", 0755);
	for (int i = 0; i < 5; i++) {
		if (chown("suid", 1000, 50) || chmod("suid", bits[i]))
			fatal("chmod");
		say("%s: ", modes[i]);
		if (fork() == 0)
			as_bob(modes[i]);
		wait(NULL);
	}
}

static void argument_limits(void)
{
	static char *args[60], big[140000];
	int status;

	memset(big, 'a', sizeof big - 1);
	args[0] = "count";
	args[1] = big;
	big[131071] = 0;
	if (fork() == 0)
		_exit((execve(my_path, args, environ), show("one string of 128 KiB - 1", -1), 1));
	wait(&status);
	big[131071] = 'a', big[131072] = 0;
	if (fork() == 0)
		_exit((execve(my_path, args, environ), show("one string of 128 KiB", -1), 1));
	wait(&status);
	big[100000] = 0;
	for (int n = 15; n <= 25; n += 10) {
		for (int i = 1; i <= n; i++)
			args[i] = big;
		args[n + 1] = NULL;
		if (fork() == 0)
			_exit((execve(my_path, args, environ), say("%d strings of 100 kB: %s\n", n, errno_name(errno)), 1));
		wait(&status);
	}
}

int main(int argc, char **argv)
{
	my_path = argv[0];
	if (argc == 0 || !argv[0][0]) {
		say("argc %d\n", argc);
		return 0;
	}
	if (!strcmp(argv[0], "self"))
		return self(argc, argv);
	if (!strcmp(argv[0], "count")) {
		long bytes = 0;

		for (int i = 1; i < argc; i++)
			bytes += strlen(argv[i]);
		say("%d arguments, %ld bytes\n", argc, bytes);
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "ids")) {
		uid_t r, e, s;
		gid_t rg, eg, sg;

		getresuid(&r, &e, &s);
		getresgid(&rg, &eg, &sg);
		say("uid %d %d %d, gid %d %d %d, secure %ld, dumpable %d\n", r, e, s, rg, eg, sg,
		    getauxval(AT_SECURE), prctl(PR_GET_DUMPABLE));
		return 0;
	}
	headers();
	paths();
	in_child("inheriting", inherits_child);
	in_child("no arguments", no_arguments);
	set_user_id();
	argument_limits();
	return 0;
}
