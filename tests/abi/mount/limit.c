/* fs.mount-max: what a namespace may hold, copies by propagation and of trees included; making a namespace is free. */
#include "mount.h"

#define MAX "/proc/sys/fs/mount-max"

static unsigned count(void)
{
	char line[1024];
	unsigned n = 0;
	FILE *f = fopen("/proc/self/mountinfo", "r");

	while (fgets(line, sizeof line, f))
		n++;
	fclose(f);
	return n;
}

static void allow(int more)
{
	char text[16];

	snprintf(text, sizeof text, "%d", (int)count() + more);
	if (put_file(MAX, text))
		fatal("mount-max");
}

static void values(void)
{
	static const char *const tries[] = { "0", "-1", "1x", "2147483648", " 7 ", "100001\n" };

	for (unsigned i = 0; i < 6; i++) {
		say("%u: ", i);
		show("write", put_file(MAX, tries[i]));
		say("  %s\n", line_of(MAX, ""));
	}
}

int main(void)
{
	unsigned before;

	begin();
	say("at first %s\n", line_of(MAX, ""));
	dirs("a", "b", "c", "d", "e", "f", NULL);
	values();
	allow(2);
	show("one", mount("1", "a", "tmpfs", 0, NULL));
	show("two", mount("2", "b", "tmpfs", 0, NULL));
	show("three", mount("3", "c", "tmpfs", 0, NULL));
	show("  bind", mount("a", "c", NULL, MS_BIND, NULL));
	show("move", mount("b", "c", NULL, MS_MOVE, NULL));
	show("a namespace", unshare(CLONE_NEWNS));
	umount("c"), umount("a");
	allow(0);
	show("none", mount("3", "c", "tmpfs", 0, NULL));
	allow(4);
	mount("1", "a", "tmpfs", 0, NULL);
	mkdir("a/in", 0755);
	mount("2", "a/in", "tmpfs", 0, NULL);
	mount("3", "f", "tmpfs", 0, NULL);
	before = count();
	show("a tree of two, room for one", mount("a", "b", NULL, MS_BIND | MS_REC, NULL));
	say("  %u more\n", count() - before);
	umount("f");
	show("  room for two", mount("a", "b", NULL, MS_BIND | MS_REC, NULL));
	umount2("a", MNT_DETACH), umount2("b", MNT_DETACH);
	allow(10);
	mount("s", "a", "tmpfs", 0, NULL);
	mkdir("a/in", 0755);
	mount(NULL, "a", NULL, MS_SHARED, NULL);
	mount("a", "b", NULL, MS_BIND, NULL);
	mount("a", "c", NULL, MS_BIND, NULL);
	mount("a", "d", NULL, MS_BIND, NULL);
	allow(3);
	before = count();
	show("four by propagation, room for three", mount("x", "a/in", "tmpfs", 0, NULL));
	say("  %u more\n", count() - before);
	allow(4);
	show("  room for four", mount("x", "a/in", "tmpfs", 0, NULL));
	say("  %u more\n", count() - before);
	umount("a/in");
	mount("t", "e", "tmpfs", 0, NULL);
	allow(2);
	before = count();
	show("a move that propagates, too little room", mount("e", "a/in", NULL, MS_MOVE, NULL));
	say("  %u more\n", count() - before);
	allow(3);
	show("  enough", mount("e", "a/in", NULL, MS_MOVE, NULL));
	say("  %u more\n", count() - before);
	put_file(MAX, "100000");
	return 0;
}
