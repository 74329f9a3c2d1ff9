/*
 * limit: 120
 * mounts, swept (sweep.h).
 */
#include "world.h"

static const struct call calls[] = {
	{ "chroot", 161, X, "fewpath" },
	{ "mount", 165, X|N, "fewpath+0 fewpath fstype bits+0x1020,0x5000,0x1021,0x44000,0xc0ed0000 pbuf" },
	{ "umount2", 166, X|N, "fewpath bits+5,6" },
	{ "pivot_root", 155, X|N, "fewpath fewpath" },
	{ "fsopen", 430, F|N, "fstype bits" },
	{ "open_tree", 428, D|F|N, "dfd fewpath bits+0x80001,0x8001,0x9000,0x1001" },
	{ "move_mount", 429, X|N, "dfd fewpath dfd fewpath bits" },
	{ "fsmount", 432, N, "fd bits 0,1" },
	{ "fsconfig", 431, N, "fd int pbuf pbuf 0,1" },
	{ "fspick", 433, F|N, "dfd fewpath bits" },
	{ "mount_setattr", 442, X|N, "dfd fewpath bits mattr 32,0,31,33,4096,4097" },
};

int main(int argc, char **argv)
{
	values_make();
	static const char *fst[] = { "tmpfs", "proc", "nosuchfs", "", "sysfs", "devpts", "mqueue" };
	for (unsigned i = 0; i < 7; i++)
		put_name("fstype", fst[i], fst[i]);
	add("fstype", "NULL", 0);
	add("fstype", "edge", STR_EDGE + 4090);
	PUT("mattr", "0", 0, 0, 0, 0);
	PUT("mattr", "ro", 1, 0, 0, 0);
	PUT("mattr", "clr", 0, 1, 0, 0);
	PUT("mattr", "both", 1, 1, 0, 0);
	PUT("mattr", "bad", 1ull << 40, 0, 0, 0);
	PUT("mattr", "prop", 0, 0, 1 << 18, 0);
	PUT("mattr", "prop2", 0, 0, 3 << 18, 0);
	PUT("mattr", "atime", 0x20, 0x70, 0, 0);
	PUT("mattr", "atime2", 0x30, 0x70, 0, 0);
	PUT("mattr", "atime3", 0x20, 0x20, 0, 0);
	PUT("mattr", "noclr", 0x20, 0, 0, 0);
	PUT("mattr", "userns", 0, 0, 0, 5);
	PUT("mattr", "idmap", 0x100000, 0, 0, 5);
	add_bad_pointers("mattr");
	return SWEEP(calls);
}
