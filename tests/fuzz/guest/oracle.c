/*
 * oracle.c - after a round: has the kernel got everything back, and does it still work?
 *
 * Counted objects (/proc/slabinfo) and free memory are compared with what they were behind the first round, when
 * caches had settled. What a kernel keeps at hand is counted as free by /proc/meminfo; the few objects that come
 * and go by themselves have a slack. Objects freed behind RCU need a moment: the comparison is repeated.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "fuzz.h"

#define CACHES 128
#define KINDS  64
#define PATIENCE_MS 20000                       /* of progress_ms(); the kernel pauses up to 8 s between looks for unreachable sockets */
#define PROMPT_MS 2000                          /* what takes longer is told */
#define FREE_SLACK_KB 1024
#define QUEUES "/tmp/fuzz-queues.%d"           /* one a worker: who unmounts beside another may meet his mount */

struct state {
	unsigned nr;
	struct { char name[32]; long active; } caches[CACHES];
	long free_kb, mounts;
	unsigned nr_kinds;
	struct { char name[24]; long kb; } kinds[KINDS];        /* what /proc/meminfo says of memory */
};
static struct state first;
static int kmsg = -1;

/* Debug kernels say who holds the objects. */
struct owner { char cache[32], place[64]; long count; };
static struct owner owners[4096];
static unsigned nr_owners;

static void owners_read(void)
{
	FILE *f = fopen("/proc/slab_owners", "r");

	nr_owners = 0;
	while (f && nr_owners < NELEM(owners) && fscanf(f, "%31s %63s %ld", owners[nr_owners].cache, owners[nr_owners].place, &owners[nr_owners].count) == 3)
		nr_owners++;
	if (f)
		fclose(f);
}

static void owners_compare(long least)
{
	FILE *f = fopen("/proc/slab_owners", "r");
	struct owner now;

	while (f && fscanf(f, "%31s %63s %ld", now.cache, now.place, &now.count) == 3) {
		long before = 0;

		for (unsigned i = 0; i < nr_owners; i++)
			if (!strcmp(owners[i].cache, now.cache) && !strcmp(owners[i].place, now.place))
				before = owners[i].count;
		if (now.count > before + least)
			printf("fuzz:   %s of %s: %ld -> %ld\n", now.cache, now.place, before, now.count);
	}
	if (f)
		fclose(f);
}

static void state_read(struct state *s)
{
	char line[256];
	long pages;
	FILE *f = fopen("/proc/slabinfo", "r");

	memset(s, 0, sizeof *s);
	while (f && fgets(line, sizeof line, f))
		if (s->nr < CACHES && sscanf(line, "%31s %ld %*d %ld", s->caches[s->nr].name, &s->caches[s->nr].active, &pages) == 3)
			s->nr++;
	if (f)
		fclose(f);
	f = fopen("/proc/meminfo", "r");
	while (f && fgets(line, sizeof line, f))
		if (s->nr_kinds < KINDS && sscanf(line, "%23[^:]: %ld", s->kinds[s->nr_kinds].name, &s->kinds[s->nr_kinds].kb) == 2 &&
		    !strcmp(s->kinds[s->nr_kinds++].name, "MemFree"))
			s->free_kb = s->kinds[s->nr_kinds - 1].kb;
	if (f)
		fclose(f);
	f = fopen("/proc/self/mounts", "r");
	while (f && fgets(line, sizeof line, f))
		s->mounts++;
	if (f)
		fclose(f);
}

/* What comes and goes by itself: kernel stacks at hand, accounts of users. A leak outgrows it within some rounds. */
static long slack_of(const char *name) { return !strcmp(name, "vmalloc_extent") ? 256 : 20; }

static void caches_drop(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY);

	if (fd >= 0) {
		if (write(fd, "2", 1) != 1)
			perror("fuzz: drop_caches");
		close(fd);
	}
}

static unsigned differences(const struct state *now, bool print)
{
	unsigned n = 0;

	for (unsigned i = 0; i < now->nr; i++)
		for (unsigned k = 0; k < first.nr; k++) {
			if (strcmp(now->caches[i].name, first.caches[k].name) || now->caches[i].active <= first.caches[k].active + slack_of(now->caches[i].name))
				continue;
			n++;
			if (print)
				printf("fuzz: leak: %s %ld -> %ld\n", now->caches[i].name, first.caches[k].active, now->caches[i].active);
		}
	if (now->free_kb + FREE_SLACK_KB < first.free_kb) {
		n++;
		if (print)
			printf("fuzz: leak: MemFree %ld -> %ld kB\n", first.free_kb, now->free_kb);
		for (unsigned i = 0; print && i < now->nr_kinds; i++)
			if (labs(now->kinds[i].kb - first.kinds[i].kb) > 64)
				printf("fuzz:   %s %ld -> %ld kB\n", now->kinds[i].name, first.kinds[i].kb, now->kinds[i].kb);
	}
	if (now->mounts > first.mounts) {
		n++;
		if (print)
			printf("fuzz: leak: %ld -> %ld mounts\n", first.mounts, now->mounts);
	}
	return n;
}

/* New lines of the kernel's log: what is worse than a notice is a finding, but for what programs are told off for. */
static unsigned log_check(void)
{
	char record[2048];
	unsigned bad = 0;
	ssize_t n;

	while ((n = read(kmsg, record, sizeof record - 1)) > 0) {
		record[n] = 0;
		if ((atoi(record) & 7) > 4 || strstr(record, "not offered") || strstr(record, "Out of memory") || strstr(record, "segfault") || strstr(record, ";exec: ") || strstr(record, "messages suppressed"))
			continue;
		printf("fuzz: kernel log: %s", strchr(record, ';') ? strchr(record, ';') + 1 : record);
		bad++;
	}
	return bad;
}

/* The rest of a line that tells of a round: what has grown. A slow leak shows itself long before it outgrows the slack. */
void oracle_tell(void)
{
	struct state now;

	state_read(&now);
	for (unsigned i = 0; i < now.nr; i++)
		for (unsigned k = 0; k < first.nr; k++)
			if (!strcmp(now.caches[i].name, first.caches[k].name) && now.caches[i].active > first.caches[k].active + 2)
				printf(" %s+%ld", now.caches[i].name, now.caches[i].active - first.caches[k].active);
	printf("\n");
}

void oracle_begin(void)
{
	lasting_reset();
	caches_drop();
	usleep(300000);
	owners_read();
	state_read(&first);
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg >= 0)
		lseek(kmsg, 0, SEEK_END);
}

bool oracle_quiet(const char *when, bool last)
{
	struct state now;
	bool ok = true, told = false;

	lasting_reset();
	for (uint64_t start = progress_ms(); ; ) {
		caches_drop();
		state_read(&now);
		if (!differences(&now, false)) {
			if (progress_ms() > start + PROMPT_MS)
				printf("fuzz: %s: quiet after %llu ms\n", when, (unsigned long long)(progress_ms() - start));
			break;
		}
		if (progress_ms() > start + PROMPT_MS && !told)
			owners_compare(3), told = true;
		if (progress_ms() > start + PATIENCE_MS) {
			printf("fuzz: %s\n", when);
			differences(&now, true);
			owners_compare(3);
			ok = false;
			break;
		}
		usleep(50000);
	}
	if (kmsg >= 0 && log_check())
		ok = false;
	if (last)
		for (unsigned i = 0; i < now.nr; i++)
			if (now.caches[i].active != first.caches[i].active)
				printf("fuzz: %-16s %6ld -> %6ld\n", now.caches[i].name, first.caches[i].active, now.caches[i].active);
	if (last && ok)
		owners_compare(2);
	if (last)
		printf("fuzz: MemFree          %6ld -> %6ld kB\n", first.free_kb, now.free_kb);
	return ok;
}

/* ---- what programs leave that has no owner ---- */

static void sysv_remove(const char *path, int (*rm)(int))
{
	char line[256];
	int id;
	FILE *f = fopen(path, "r");

	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, " %*d %d", &id) == 1)
			rm(id);
	if (f)
		fclose(f);
}
static int rm_shm(int id) { return shmctl(id, IPC_RMID, NULL); }
static int rm_sem(int id) { return semctl(id, 0, IPC_RMID); }
static int rm_msg(int id) { return msgctl(id, IPC_RMID, NULL); }

void ipc_remove_all(void)
{
	struct dirent *e;
	char path[340], queues[64];
	DIR *d;

	sysv_remove("/proc/sysvipc/shm", rm_shm);
	sysv_remove("/proc/sysvipc/sem", rm_sem);
	sysv_remove("/proc/sysvipc/msg", rm_msg);
	snprintf(queues, sizeof queues, QUEUES, getpid());
	mkdir(queues, 0700);
	if (!mount("mqueue", queues, "mqueue", 0, NULL)) {
		d = opendir(queues);
		while (d && (e = readdir(d))) {
			snprintf(path, sizeof path, "%s/%s", queues, e->d_name);
			unlink(path);
		}
		if (d)
			closedir(d);
		umount2(queues, MNT_DETACH);
	}
	rmdir(queues);
	unlink("/dev/shm/fz");
}

/* ---- programs whose answer is known ---- */

static void *adds(void *arg)
{
	for (int i = 0; i < 10000; i++)
		__atomic_fetch_add((int *)arg, 1, __ATOMIC_RELAXED);
	return arg;
}

static bool check_threads(void)
{
	pthread_t t[4];
	int sum = 0;

	for (int i = 0; i < 4; i++)
		if (pthread_create(&t[i], NULL, adds, &sum))
			return false;
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	return sum == 40000;
}

static bool check_files(void)
{
	static char out[100000], in[100000];
	int fd = open("/tmp/fuzz-check", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *map;
	bool ok;

	for (unsigned i = 0; i < sizeof out; i++)
		out[i] = (char)(i * 7 + i / 4096);
	ok = fd >= 0 && write(fd, out, sizeof out) == (ssize_t)sizeof out && pread(fd, in, sizeof in, 0) == (ssize_t)sizeof in && !memcmp(out, in, sizeof in);
	map = mmap(NULL, sizeof out, PROT_READ, MAP_SHARED, fd, 0);
	ok = ok && map != MAP_FAILED && !memcmp(map, out, sizeof out);
	if (map != MAP_FAILED)
		munmap(map, sizeof out);
	close(fd);
	unlink("/tmp/fuzz-check");
	return ok;
}

static bool check_shell(void)
{
	char got[64] = "";
	FILE *f = popen("(seq 1 500; echo x) | sort -rn | tail -n 2 | tr '\\n' ' '; kill -TERM $$ & wait", "r");

	if (f) {
		if (!fgets(got, sizeof got, f))
			got[0] = 0;
		pclose(f);
	}
	return !strcmp(got, "1 x ") || !strcmp(got, "x 1 ");
}

static bool check_memory(void)
{
	size_t size = 4 << 20;
	unsigned char *m = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool ok = m != MAP_FAILED;
	int status = 1;
	pid_t pid;

	for (size_t i = 0; ok && i < size; i += 512)
		ok = m[i] == 0, m[i] = (unsigned char)(i >> 9);
	pid = fork();
	if (!pid) {
		for (size_t i = 0; i < size; i += 512)
			if (m[i]++ != (unsigned char)(i >> 9))
				_exit(1);
		_exit(0);
	}
	ok = ok && pid > 0 && waitpid(pid, &status, 0) == pid && !status;
	for (size_t i = 0; ok && i < size; i += 512)
		ok = m[i] == (unsigned char)(i >> 9);
	munmap(m, size);
	return ok;
}

bool self_check(const char *self)
{
	static const struct { const char *name; bool (*run)(void); } checks[] = {
		{ "threads", check_threads }, { "files", check_files }, { "shell", check_shell }, { "memory", check_memory },
	};
	bool ok = true;

	(void)self;
	for (unsigned i = 0; i < NELEM(checks); i++)
		if (!checks[i].run()) {
			printf("fuzz: self-check %s failed\n", checks[i].name);
			ok = false;
		}
	return ok;
}
