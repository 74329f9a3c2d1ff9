/*
 * sys_writes.c - /proc/sys: what each kind of setting takes: limits, signs, bases, blanks, bytes that are no number, several
 * words, places other than 0, long texts; strings in parts; a host name that is polled.
 */
#include "text.h"
#include <poll.h>
#include <sys/uio.h>

static char path[128], was[256];

static ssize_t get(char *to, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, to, size - 1);

	close(fd);
	to[n > 0 ? n : 0] = 0;
	return n;
}

static void try(const char *text, size_t len, off_t at)
{
	char now[256], shown[64];
	int fd = open(path, O_WRONLY);
	ssize_t n = pwrite(fd, text, len, at);
	size_t k = 0;

	for (size_t i = 0; i < len && k < sizeof shown - 5; i++)
		k += snprintf(shown + k, sizeof shown - k, text[i] < ' ' ? "\\%o" : "%c", text[i]);
	shown[k] = 0;
	get(now, sizeof now);
	say("  '%s' at %ld: ", shown, (long)at);
	if (n < 0)
		say("%s", errno_name(errno));
	else
		say("%ld", (long)n);
	if (strcmp(now, was))
		say(", now %s", now);
	else
		say("\n");
	pwrite(fd, was, strlen(was), 0);
	close(fd);
}
#define TRY(text) try(text, sizeof text - 1, 0)

static void setting(const char *name)
{
	snprintf(path, sizeof path, "/proc/sys/%s", name);
	get(was, sizeof was);
	say("%s\n", name);
	TRY("");
	TRY("\n");
	TRY(" ");
	TRY("0");
	TRY("1");
	TRY("2");
	TRY("3");
	TRY("-0");
	TRY("-1");
	TRY("-");
	TRY("+1");
	TRY("64");
	TRY("65");
	TRY("300");
	TRY("301");
	TRY("4096");
	TRY("65537");
	TRY("4194304");
	TRY("4194305");
	TRY("2147483584");
	TRY("2147483585");
	TRY("2147483647");
	TRY("2147483648");
	TRY("-2147483648");
	TRY("-2147483649");
	TRY("4294967295");
	TRY("4294967296");
	TRY("9223372036854775807");
	TRY("9223372036854775808");
	TRY("18446744073709551615");
	TRY("18446744073709551616");
	TRY("0x40");
	TRY("0X40");
	TRY("0x");
	TRY("0100");
	TRY("08");
	TRY("64 1");
	TRY("64\t\n1");
	TRY("64,1");
	TRY("64\n");
	TRY("64\0");
	TRY("64 \0");
	TRY("64x");
	TRY("\v\f\r 64\v");
	TRY("64 \v");
	TRY("00000000000000000064");
	TRY("000000000000000000064");
	try("64", 2, 1);
	try("64", 2, 1l << 32);
}

static void many(const char *name, const char *restore)
{
	snprintf(path, sizeof path, "/proc/sys/%s", name);
	snprintf(was, sizeof was, "%s", restore);
	say("%s\n", name);
	TRY("1");
	TRY("1 2");
	TRY("1 2 3 4");
	TRY("1 2 3 4 5");
	TRY("1 2 x 4");
	TRY("1\t2\n3");
	TRY("1 -2");
	TRY("");
	TRY("1\0002");
	TRY("1 2 3 40000");
}

static void string(const char *name)
{
	static char longer[5000];
	char before[256];
	int fd;

	snprintf(path, sizeof path, "/proc/sys/%s", name);
	get(before, sizeof before);
	memset(longer, 'y', sizeof longer);
	pwrite(open(path, O_WRONLY), "start", 5, 0);
	get(was, sizeof was);
	say("%s\n", name);
	TRY("other");
	TRY("line\nmore");
	TRY("word\0more");
	TRY(" blank ");
	TRY("");
	TRY("\n");
	try("X", 1, 1);
	try("XY", 2, 4);
	try("XY", 2, 5);
	try("XY", 2, 6);
	try("XY", 2, 1l << 33);
	try(longer, 63, 0);
	try(longer, 64, 0);
	try(longer, 65, 0);
	try(longer, 127, 0);
	try(longer, 128, 0);
	try(longer, 5000, 0);
	try(longer, 70, 2);
	fd = open(path, O_WRONLY);
	(void)!write(fd, before, strlen(before));
	close(fd);
}

static void lengths(const char *name)
{
	char *big = mmap(NULL, 5 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	static const size_t sizes[] = { 100, 4094, 4095, 4096, 4097, 65536, 65537, 1 << 20, (4 << 20) - 1, 4 << 20, 5 << 20 };
	int fd;

	snprintf(path, sizeof path, "/proc/sys/%s", name);
	fd = open(path, O_WRONLY);
	say("%s, long\n", name);
	memset(big, ' ', 5 << 20);
	big[0] = '5', big[1] = '0';
	for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		say("  %zu", sizes[i]);
		show("", pwrite(fd, big, sizes[i], 0));
	}
	memset(big, '0', 4090);
	big[4094] = '5', big[4095] = '0';
	show("  digits", pwrite(fd, big, 4097, 0));
	memset(big, ' ', 4094);
	show("  late", pwrite(fd, big, 4100, 0));
	show("  two parts", writev(fd, (struct iovec[]){ { "5", 1 }, { "0", 1 } }, 2));
	close(fd);
	munmap(big, 5 << 20);
}

static void parts(const char *name)
{
	char buf[16];
	int fd;

	snprintf(path, sizeof path, "/proc/sys/%s", name);
	fd = open(path, O_RDWR);
	say("%s, in parts\n", name);
	memset(buf, 0, sizeof buf);
	show("  one byte", read(fd, buf, 1));
	show("  the next", read(fd, buf + 1, 1));
	show("  write there", write(fd, "1", 1));
	show("  rest", read(fd, buf, 15));
	lseek(fd, 0, SEEK_SET);
	show("  two bytes", read(fd, buf, 2) > 0);
	close(fd);
	fd = open(path, O_WRONLY | O_APPEND);
	show("  append", write(fd, "start", 0));
	close(fd);
}

static void polled(void)
{
	struct pollfd p[2] = { { .events = POLLPRI }, { .events = POLLPRI } };
	int fd;

	p[0].fd = open("/proc/sys/kernel/hostname", O_RDONLY);
	p[1].fd = open("/proc/sys/kernel/domainname", O_RDONLY);
	show("poll, before", poll(p, 2, 0));
	sethostname("abc", 3);
	show("poll, sethostname", poll(p, 2, 0));
	say("%x %x\n", p[0].revents, p[1].revents);
	show("poll, once more", poll(p, 2, 0));
	fd = open("/proc/sys/kernel/domainname", O_WRONLY);
	(void)!write(fd, "x", 1);
	show("poll, domain", poll(p, 2, 0));
	say("%x %x\n", p[0].revents, p[1].revents);
	if (!fork()) {
		sleep_ms(30);
		sethostname("abcd", 4);
		_exit(0);
	}
	show("poll, waiting", poll(p, 2, 1000));
	wait(NULL);
}

int main(void)
{
	static const char *const settings[] = {
		"fs/dir-notify-enable", "fs/file-max", "fs/inotify/max_queued_events", "fs/inotify/max_user_instances", "fs/lease-break-time",
		"fs/leases-enable", "fs/mount-max", "fs/mqueue/msg_max", "fs/mqueue/msgsize_max", "fs/mqueue/queues_max", "fs/nr_open",
		"fs/pipe-max-size", "fs/pipe-user-pages-hard", "fs/protected_fifos", "fs/protected_hardlinks", "fs/suid_dumpable",
		"fs/aio-max-nr", "fs/epoll/max_user_watches",
		"kernel/core_uses_pid", "kernel/msgmax", "kernel/msgmni", "kernel/shmall", "kernel/shmmni", "kernel/shm_next_id", "kernel/pid_max",
		"kernel/randomize_va_space", "vm/admin_reserve_kbytes", "vm/hugetlb_shm_group", "vm/max_map_count", "vm/memfd_noexec",
		"vm/oom_kill_allocating_task", "vm/overcommit_memory", "vm/overcommit_ratio", "vm/panic_on_oom", NULL };

	for (int i = 0; settings[i]; i++)
		setting(settings[i]);
	many("kernel/sem", "32000\t1024000000\t500\t32000\n");
	many("kernel/printk", "4\t4\t1\t7\n");
	string("kernel/hostname");
	string("kernel/core_pattern");
	lengths("vm/overcommit_ratio");
	parts("fs/nr_open");
	parts("kernel/ostype");
	parts("kernel/domainname");
	polled();
	return 0;
}
