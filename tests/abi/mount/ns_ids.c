/* Mount namespaces by id: the requests of ioctl_nsfs(2), statmount and listmount of another one, and who may. */
#include "mount.h"

struct req { uint32_t size, ns_fd; uint64_t id, param, ns_id; };
struct info { uint32_t size, nr_mounts; uint64_t id, more; };

#define GET_ID _IOR(0xb7, 5, uint64_t)
#define REQUEST(nr, size) _IOC(_IOC_READ, 0xb7, nr, size)
#define GET_INFO REQUEST(10, 16)
#define GET_NEXT REQUEST(11, 16)
#define GET_PREV REQUEST(12, 16)

static struct { struct req r; uint64_t ids[100]; char stat[2048]; } *b;
static int go[2], done[2];
static uint64_t mine, second;

static uint64_t id_of(int fd)
{
	uint64_t id = 0;

	if (ioctl(fd, GET_ID, &id))
		fatal("an id");
	return id;
}

/* A child in a namespace of its own with one mount more for each of `mounts`, that waits. */
static int neighbour(unsigned mounts)
{
	char path[64], c;
	pid_t pid = fork();

	if (!pid) {
		if (unshare(CLONE_NEWNS))
			fatal("unshare");
		for (unsigned i = 0; i < mounts; i++)
			mount("more", "d", "tmpfs", 0, NULL);
		(void)!write(done[1], "x", 1);
		(void)!read(go[0], &c, 1);
		_exit(0);
	}
	(void)!read(done[0], &c, 1);
	snprintf(path, sizeof path, "/proc/%d/ns/mnt", pid);
	return open(path, O_RDONLY);
}

static void requests(int own)
{
	struct info in = { 0 };
	char *edge = page_edge();
	int uts = open("/proc/self/ns/uts", O_RDONLY);

	show("id of a uts namespace", ioctl(uts, GET_ID, &in));
	show("info of a uts namespace", ioctl(uts, GET_INFO, &in));
	show("next of a uts namespace", ioctl(uts, GET_NEXT, NULL));
	show("request 9", ioctl(uts, REQUEST(9, 16), &in));
	show("request 13", ioctl(own, REQUEST(13, 16), &in));
	show("id nowhere", ioctl(own, GET_ID, edge));
	show("id of another size", ioctl(own, REQUEST(5, 4), &in));
	show("info", ioctl(own, GET_INFO, &in));
	judge("  told", in.size == 16 && in.id == mine && in.nr_mounts > 1);
	show("info, short", ioctl(own, REQUEST(10, 15), &in));
	in.more = 7;
	show("info, longer", ioctl(own, REQUEST(10, 24), &in));
	say("  size %u more %lu\n", in.size, in.more);
	show("info, no direction", ioctl(own, _IOC(_IOC_NONE, 0xb7, 10, 16), &in));
	show("info, no place", ioctl(own, GET_INFO, NULL));
	show("info nowhere", ioctl(own, GET_INFO, edge));
	show("info to the kernel", ioctl(own, GET_INFO, DIRECT_ADDRESS));
	show("next, short", ioctl(own, REQUEST(11, 15), &in));
	close(uts);
}

static void neighbours(int own)
{
	int a = neighbour(2), c = neighbour(5), next, last;
	struct info ia, in;

	second = id_of(a);
	judge("ids ascend", mine < second && second < id_of(c));
	memset(&in, 0, sizeof in);
	next = ioctl(own, GET_NEXT, &in);
	judge("the next one", next >= 0 && in.id == second && id_of(next) == second);
	judge("  close-on-exec", fcntl(next, F_GETFD) == FD_CLOEXEC && (fcntl(next, F_GETFL) & O_ACCMODE) == O_RDONLY);
	ioctl(a, GET_INFO, &ia);
	last = ioctl(next, GET_NEXT, &in);
	judge("the one behind it", last >= 0 && in.id == id_of(c));
	judge("  has three mounts more", in.nr_mounts == ia.nr_mounts + 3);
	show("behind the last", ioctl(last, GET_NEXT, &in));
	judge("before it", id_of(ioctl(last, GET_PREV, NULL)) == second);
	judge("before that", id_of(ioctl(next, GET_PREV, &in)) == mine);
	show("told nowhere", ioctl(next, GET_PREV, 8));
	if (!fork()) {
		setresuid(65534, 65534, 65534);
		show("next, as nobody", ioctl(own, GET_NEXT, NULL));
		show("info, as nobody", ioctl(next, GET_INFO, &in));
		_exit(0);
	}
	wait(NULL);
	for (unsigned i = 0; i < 3; i++) {
		static const unsigned long flags[] = { CLONE_NEWPID, CLONE_NEWUSER, CLONE_NEWUSER | CLONE_NEWNS };
		pid_t pid = fork_with(flags[i]);

		if (!pid) {
			int here = open("/proc/self/ns/mnt", O_RDONLY);

			say("root with %#lx:\n", flags[i]);
			show("  next", ioctl(own, GET_NEXT, NULL));
			show("  previous", ioctl(here, GET_PREV, NULL));
			show("  next, short", ioctl(own, REQUEST(11, 15), NULL));
			show("  info", ioctl(here, GET_INFO, &in));
			_exit(0);
		}
		waitpid(pid, NULL, __WALL);
	}
	show("a file of an older one", mount("/proc/1/ns/mnt", "file", NULL, MS_BIND, NULL));
	snprintf(b->stat, sizeof b->stat, "/proc/self/fd/%d", next);
	show("a file of a newer one", mount(b->stat, "file", NULL, MS_BIND, NULL));
	(void)!write(go[1], "xx", 2);
	wait(NULL);
	wait(NULL);
	close(a), close(c), close(next), close(last);
	show("the next one, while it is mounted", (next = ioctl(own, GET_NEXT, &in)) < 0 ? -1 : 0);
	judge("  is the first", in.id == second);
	for (int fd = 3; fd < 100; fd++)
		if (fd != own && fd != go[0] && fd != go[1] && fd != done[0] && fd != done[1])
			close(fd);
	umount2("file", MNT_DETACH);
	show("the next one, after all", ioctl(own, GET_NEXT, &in));
}

static long list(uint64_t ns_id, int fd, uint64_t id, unsigned flags)
{
	b->r = (struct req){ sizeof b->r, fd, id, 0, ns_id };
	return syscall(458, &b->r, b->ids, 100, flags);
}

static const char *point(uint64_t ns_id, int fd, uint64_t id)
{
	uint32_t at;

	b->r = (struct req){ sizeof b->r, fd, id, 0x10 | 0x40, ns_id };
	if (syscall(457, &b->r, b->stat, sizeof b->stat, 0))
		return errno_name(errno);
	memcpy(&at, b->stat + 108, 4);
	if (memcmp(b->stat + 112, ns_id ? &ns_id : &second, 8))
		return "another namespace's";
	return b->stat + 512 + at;
}

/* A tree of which we know all, in a namespace that goes on without its maker. */
static void others(void)
{
	uint64_t id, one;
	int fd, anon, pid;
	char c;

	pid = fork();
	if (!pid) {
		unshare(CLONE_NEWNS);
		mkdir("new", 0755);
		mount("new", "new", "tmpfs", 0, NULL);
		mkdir("new/old", 0755), mkdir("new/a", 0755), mkdir("new/b", 0755);
		mount("b", "new/b", "tmpfs", 0, NULL);
		mount("a", "new/a", "tmpfs", 0, NULL);
		if (syscall(SYS_pivot_root, "new", "new/old"))
			say("no pivot: %s\n", errno_name(errno));
		(void)!write(done[1], "x", 1);
		(void)!read(go[0], &c, 1);
		_exit(0);
	}
	(void)!read(done[0], &c, 1);
	snprintf(b->stat, sizeof b->stat, "/proc/%d/ns/mnt", pid);
	fd = open(b->stat, O_RDONLY);
	second = id = id_of(fd);
	one = list(id, 0, -1ul, 0);
	judge("the first of another one is listed", (long)one > 0);
	judge("  in reverse", list(id, 0, -1ul, 1) == (long)one);
	judge("  by its file", list(0, fd, -1ul, 0) == (long)one);
	say("  first: %s, %s\n", point(id, 0, b->ids[0]), point(0, fd, b->ids[0]));
	one = b->ids[0];
	show("both id and file", list(id, fd, -1ul, 0));
	show("an id nobody has", list(1ul << 40, 0, -1ul, 0));
	show("a file nobody has", list(0, 77, -1ul, 0));
	show("another file", list(0, go[0], -1ul, 0));
	say("in our own: %s\n", point(mine, 0, one));
	if (!fork()) {
		setresuid(65534, 65534, 65534);
		show("its id, as nobody", list(id, 0, -1ul, 0));
		say("  stat: %s\n", point(id, 0, one));
		judge("our id, as nobody", list(mine, 0, -1ul, 0) > 1);
		judge("its file, as nobody", list(0, fd, -1ul, 0) > 0);
		_exit(0);
	}
	wait(NULL);
	anon = syscall(SYS_open_tree, AT_FDCWD, AT, 1 /* OPEN_TREE_CLONE */);
	show("a tree that stands nowhere", anon < 0 ? -1 : 0);
	show("  its id", ioctl(anon, GET_ID, &id));
	(void)!write(go[1], "x", 1);
	wait(NULL);
	judge("its file keeps it", list(second, 0, -1ul, 0) > 0);
	close(fd);
	show("afterwards", list(second, 0, -1ul, 0));
}

int main(void)
{
	int own;

	begin();
	dirs("d", NULL);
	touch("file", "");
	b = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pipe(go) || pipe(done))
		return 1;
	own = open("/proc/self/ns/mnt", O_RDONLY);
	mine = id_of(own);
	second = mine;
	requests(own);
	neighbours(own);
	others();
	return 0;
}
