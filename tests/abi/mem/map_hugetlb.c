/* mmap(MAP_HUGETLB), shmget(SHM_HUGETLB) and /proc/sys/vm's settings of huge pages while there is none. */
#include "../memfd/huge.h"
#include <sys/shm.h>

#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_ANONYMOUS | MAP_HUGETLB)
#define LOOSE (ANON | MAP_NORESERVE)
#define AT ((char *)0x50000000000)

static void anonymous(void)
{
	char line[512], *p;
	FILE *f;

	map("shared", NULL, HUGE, RW, MAP_SHARED | ANON, -1, 0);
	map("private", NULL, HUGE, RW, MAP_PRIVATE | ANON, -1, 0);
	map("private, no access", NULL, HUGE, PROT_NONE, MAP_PRIVATE | ANON, -1, 0);
	map("nothing", NULL, 0, RW, MAP_PRIVATE | LOOSE, -1, 0);
	map("nothing, no such size", NULL, 0, RW, MAP_PRIVATE | LOOSE | 20u << 26, -1, 0);
	map("no such size", NULL, HUGE, RW, MAP_PRIVATE | LOOSE | 20u << 26, -1, 0);
	map("of 2 MiB", NULL, HUGE, RW, MAP_PRIVATE | LOOSE | SIZE_2M, -1, 0);
	p = map("of 1 GiB", NULL, HUGE, RW, MAP_PRIVATE | LOOSE | SIZE_1G, -1, 0);
	judge("aligned", !((uintptr_t)p & ((1ul << 30) - 1)));
	show("part", munmap(p, HUGE));
	show("all", munmap(p, 1ul << 30));
	map("odd place", AT + PAGE, HUGE, RW, MAP_PRIVATE | LOOSE | MAP_FIXED, -1, 0);
	map("fixed", AT, HUGE, RW, MAP_PRIVATE | LOOSE | MAP_FIXED, -1, 0);
	map("fixed, there", AT, HUGE, RW, MAP_PRIVATE | LOOSE | MAP_FIXED_NOREPLACE, -1, 0);
	touch("write", AT + 100, true);
	touch("read", AT + HUGE - 1, false);
	map("small pages over it", AT, HUGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	touch("write", AT + 100, true);
	show("unmap", munmap(AT, HUGE));
	map("MAP_SHARED_VALIDATE", NULL, HUGE, RW, MAP_SHARED_VALIDATE | LOOSE, -1, 0);
	map("no kind", NULL, HUGE, RW, LOOSE, -1, 0);
	map("offset", NULL, HUGE, RW, MAP_PRIVATE | LOOSE, -1, HUGE);
	map("odd offset", NULL, HUGE, RW, MAP_PRIVATE | LOOSE, -1, PAGE);
	map("downwards", NULL, HUGE, RW, MAP_PRIVATE | LOOSE | MAP_GROWSDOWN, -1, 0);
	p = map("shared", NULL, PAGE, RW, MAP_SHARED | LOOSE, -1, 0);
	touch("write", p + PAGE, true);
	f = fopen("/proc/self/maps", "r");
	while (fgets(line, sizeof line, f))
		if (strtoul(line, NULL, 16) == (uintptr_t)p)
			say("%s", strchr(line, '/'));
	fclose(f);
	show("unmap", munmap(p, HUGE));
}

static void segments(void)
{
	struct shmid_ds d;
	char *p;
	int id;

	show("segment", shmget(IPC_PRIVATE, HUGE, IPC_CREAT | 0600 | SHM_HUGETLB));
	show("of nothing", shmget(IPC_PRIVATE, 0, IPC_CREAT | 0600 | SHM_HUGETLB));
	show("no such size", shmget(IPC_PRIVATE, HUGE, IPC_CREAT | 0600 | SHM_HUGETLB | 20 << 26));
	show("of 1 GiB", shmget(IPC_PRIVATE, HUGE, IPC_CREAT | 0600 | SHM_HUGETLB | 30 << 26));
	show_ok("nothing set aside", id = shmget(IPC_PRIVATE, 3 * PAGE, IPC_CREAT | 0600 | SHM_HUGETLB | SHM_NORESERVE));
	p = shmat(id, AT + PAGE, 0);
	say("odd place: %s\n", p == (void *)-1 ? errno_name(errno) : "ok");
	p = shmat(id, NULL, 0);
	judge("attached", p != (void *)-1 && !((uintptr_t)p & (HUGE - 1)));
	touch("write", p, true);
	touch("behind its size", p + HUGE - 1, false);
	show("lock", shmctl(id, SHM_LOCK, NULL));
	show("stat", shmctl(id, IPC_STAT, &d));
	say("mode %o size %zu attached %lu\n", d.shm_perm.mode, d.shm_segsz, d.shm_nattch);
	show("detach", shmdt(p));
	touch("write", p, true);
	show("remove", shmctl(id, IPC_RMID, NULL));
}

static void put(const char *name, const char *text)
{
	char path[64], got[32] = "";
	int fd;

	snprintf(path, sizeof path, "/proc/sys/vm/%s", name);
	fd = open(path, O_WRONLY);
	say("%s <- %s: ", name, text);
	show_ok("", write(fd, text, strlen(text)));
	close(fd);
	fd = open(path, O_RDONLY);
	(void)!read(fd, got, sizeof got - 1);
	say("  %s", got);
	close(fd);
}

static void as_user(void)
{
	(void)!syscall(SYS_setgroups, 0, NULL);
	if (setgid(77) || setuid(1000))
		fatal("setuid");
	show("segment", shmget(IPC_PRIVATE, HUGE, IPC_CREAT | 0600 | SHM_HUGETLB | SHM_NORESERVE));
	show("no such size", shmget(IPC_PRIVATE, HUGE, IPC_CREAT | 0600 | SHM_HUGETLB | 20 << 26));
	map("mapping", NULL, HUGE, RW, MAP_SHARED | LOOSE, -1, 0);
	show_ok("file", huge_create(0));
}

static void as_member(void)
{
	int id;

	if (setgid(77) || setuid(1000))
		fatal("setuid");
	show_ok("segment", id = shmget(IPC_PRIVATE, HUGE, IPC_CREAT | 0600 | SHM_HUGETLB | SHM_NORESERVE));
	shmctl(id, IPC_RMID, NULL);
}

int main(void)
{
	anonymous();
	segments();
	put("nr_hugepages", "0\n");
	put("nr_hugepages", "x");
	put("nr_hugepages_mempolicy", "0");
	put("nr_overcommit_hugepages", "0");
	put("nr_overcommit_hugepages", "-1");
	in_child("user", as_user);
	put("hugetlb_shm_group", "77");
	in_child("member", as_member);
	put("hugetlb_shm_group", "-1");
	put("hugetlb_shm_group", "0");
	return 0;
}
