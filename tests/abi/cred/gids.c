/* setgid(2) and its family, setgroups(2), getgroups(2). */
#include "ids.h"

static void groups(const char *what)
{
	gid_t g[64];
	long n = syscall(SYS_getgroups, 64, g);

	say("%s: %ld:", what, n);
	for (long i = 0; i < n; i++)
		say(" %u", g[i]);
	say("\n");
}

static void user(void)
{
	gid_t g[2] = { 7, 8 };

	r_setresgid(1000, 2000, 3000);
	r_setresuid(1000, 1000, 1000);
	gids("user");
	show("setgid to the saved one", r_setgid(3000));
	gids("now");
	show("setgid foreign", r_setgid(0));
	show("setregid swap", r_setregid(3000, 1000));
	gids("now");
	show("setresgid foreign", r_setresgid(5, -1, -1));
	show("setgroups", syscall(SYS_setgroups, 2, g));
	groups("kept");
}

int main(void)
{
	gid_t g[4] = { 30, 10, 20, 10 }, big[3];
	char *edge = page_edge();

	show("setgid -1", r_setgid(-1));
	show("setgroups 0", syscall(SYS_setgroups, 0, NULL));
	groups("none");
	show("setgroups", syscall(SYS_setgroups, 4, g));
	groups("sorted, or not");
	show("too many", syscall(SYS_setgroups, 65537, g));
	show("negative", syscall(SYS_setgroups, -1, g));
	show("bad pointer", syscall(SYS_setgroups, 4, edge));
	show("group -1", (g[0] = -1u, syscall(SYS_setgroups, 1, g)));
	show("getgroups 0", syscall(SYS_getgroups, 0, NULL));
	show("getgroups too few", syscall(SYS_getgroups, 3, big));
	show("getgroups -1", syscall(SYS_getgroups, -1, big));
	show("getgroups to nowhere", syscall(SYS_getgroups, 64, edge));
	show("setregid", r_setregid(100, 200));
	gids("now");
	show("setresgid", r_setresgid(-1, 300, -1));
	gids("now");
	show("setgid", r_setgid(400));
	gids("root sets all");
	in_child("user", user);
}
