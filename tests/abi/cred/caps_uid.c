/* What a change of user, exec, and the secure bits do to capabilities. */
#include "ids.h"

static char *self;

static void again(const char *what)
{
	pid_t pid = fork();

	if (!pid) {
		execl("/proc/self/exe", self, what, (char *)NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
}

static void plain(void) { r_setresuid(1000, 1000, 1000); caps("user"); again("  after exec"); }
static void effective(void) { r_setresuid(-1, 1000, -1); caps("effective only"); r_setresuid(-1, 0, -1); caps("back"); }
static void keep(void)
{
	show("keepcaps 2", prctl(PR_SET_KEEPCAPS, 2));
	show("keepcaps", prctl(PR_SET_KEEPCAPS, 1));
	r_setresuid(1000, 1000, 1000);
	caps("kept");
	show("raise again", caps_set(CAP(CAP_KILL), CAP(CAP_KILL), CAP(CAP_KILL)));
	show("ambient", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0));
	caps("now");
	again("  ambient lasts");
}
static void no_fixup(void)
{
	show("securebits", prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP));
	r_setresuid(1000, 1000, 1000);
	caps("no fixup");
	again("  after exec");
}
static void no_root(void)
{
	show("securebits", prctl(PR_SET_SECUREBITS, SECBIT_NOROOT));
	caps("noroot");
	again("  after exec");
}
static void locked(void)
{
	show("lock keepcaps", prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS_LOCKED));
	show("keepcaps", prctl(PR_SET_KEEPCAPS, 1));
	show("unlock", prctl(PR_SET_SECUREBITS, 0));
	show("lock more", prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS_LOCKED | SECBIT_NOROOT_LOCKED));
	show("set what is locked", prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS_LOCKED | SECBIT_NOROOT_LOCKED | SECBIT_NOROOT));
	show("unknown bit", prctl(PR_SET_SECUREBITS, 1 << 20));
	say("%#x\n", prctl(PR_GET_SECUREBITS));
	show("no ambient raise", prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS_LOCKED | SECBIT_NOROOT_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE));
	caps_set(CAP(CAP_KILL), CAP(CAP_KILL), CAP(CAP_KILL));
	show("ambient", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0));
	show("securebits without the right", prctl(PR_SET_SECUREBITS, 0));
}
static void bounding(void)
{
	show("drop", prctl(PR_CAPBSET_DROP, CAP_SYS_TIME));
	show("drop 99", prctl(PR_CAPBSET_DROP, 99));
	caps("bounded");
	again("  after exec");
	r_setresuid(1000, 1000, 1000);
	show("as a user", prctl(PR_CAPBSET_DROP, CAP_KILL));
}
static void nnp(void)
{
	show("get", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	show("get, odd rest", prctl(PR_GET_NO_NEW_PRIVS, 1, 0, 0, 0));
	show("set 0", prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
	show("set, odd rest", prctl(PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0));
	show("set", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	show("get", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	if (!fork()) {
		show("in a child", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
		_exit(0);
	}
	wait(NULL);
	caps("root keeps what it has");
	again("  after exec");
}

int main(int argc, char **argv)
{
	self = argv[0];
	if (argc > 1) {
		caps(argv[1]);
		return 0;
	}
	caps("start");
	in_child("plain", plain);
	in_child("effective", effective);
	in_child("keep", keep);
	in_child("no fixup", no_fixup);
	in_child("no root", no_root);
	in_child("locked", locked);
	in_child("bounding", bounding);
	in_child("no new privileges", nnp);
}
