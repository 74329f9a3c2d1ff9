/* setuid(2), setreuid(2), setresuid(2), as root and as a user. */
#include "ids.h"

static void root_setuid(void) { show("setuid", r_setuid(1000)); uids("now"); show("back", r_setuid(0)); }
static void root_setreuid(void)
{
	show("setreuid -1, 1000", r_setreuid(-1, 1000));
	uids("saved follows the effective one?");
	show("back", r_setreuid(-1, 0));
	uids("now");
	show("setreuid 1000, -1", r_setreuid(1000, -1));
	uids("the real one sets the saved one");
	show("setreuid 1000, 2000", r_setreuid(1000, 2000));
	uids("now");
	show("swap", r_setreuid(2000, 1000));
	uids("now");
	show("foreign", r_setreuid(0, -1));
	show("foreign", r_setreuid(-1, 3000));
}
static void user(void)
{
	r_setresuid(1000, 2000, 3000);
	uids("start");
	show("setuid to the saved one", r_setuid(3000));
	uids("now");
	show("setuid to the real one", r_setuid(1000));
	uids("now");
	show("setuid to what was effective", r_setuid(2000));
	show("setresuid permuted", r_setresuid(3000, 1000, 1000));
	uids("now");
	show("setresuid foreign", r_setresuid(-1, 4000, -1));
	show("setresuid nothing", r_setresuid(-1, -1, -1));
	show("setreuid to the saved one", r_setreuid(1000, -1));
	show("setreuid effective to the saved one", r_setreuid(-1, 1000));
	uids("now");
}

int main(void)
{
	char *edge = page_edge();
	unsigned v;

	show("setuid -1", r_setuid(-1));
	in_child("root: setuid", root_setuid);
	in_child("root: setreuid", root_setreuid);
	in_child("user", user);
	show("getresuid to nowhere", syscall(SYS_getresuid, edge, &v, &v));
	show("getresuid to nowhere", syscall(SYS_getresuid, &v, &v, edge));
	uids("still");
	show("setuid 4294967294", r_setuid(4294967294u));
	uids("then");
}
