/* In a user namespace of fewer rights: what was got stays covered and restricted, what is made is one's own. */
#include "mount.h"
#include "../ns/user.h"

int main(void)
{
	begin();
	dirs("a", "a/sub", "b", "c", "ro", NULL);
	chmod(".", 0777);
	mount("t", "a/sub", "tmpfs", 0, NULL);
	mount("ro", "ro", "tmpfs", 0, NULL);
	mount(NULL, "ro", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID, NULL);
	mount("sh", "b", "tmpfs", 0, NULL);
	mkdir("b/x", 0777);
	mount(NULL, "b", NULL, MS_SHARED, NULL);
	become_user();
	show("mount without rights", mount("x", "c", "tmpfs", 0, NULL));
	show("unshare", unshare(CLONE_NEWUSER | CLONE_NEWNS));
	map_self("0 1000 1", "0 1000 1");
	table("got");
	show("umount what was got", umount("a/sub"));
	show("lazily", umount2("a/sub", 2));
	show("bind what covers", mount("a", "c", NULL, MS_BIND, NULL));
	show("rbind it", mount("a", "c", NULL, MS_BIND | MS_REC, NULL));
	show("make it writable", mount(NULL, "ro", NULL, MS_REMOUNT | MS_BIND | MS_NOSUID, NULL));
	show("make it setuid", mount(NULL, "ro", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
	show("add noexec", mount(NULL, "ro", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOEXEC, NULL));
	show("other access times", mount(NULL, "ro", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOATIME, NULL));
	show("remount the file system", mount(NULL, "ro", NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID, NULL));
	show("move what was got", mount("ro", "c", NULL, MS_MOVE, NULL));
	show("tmpfs", mount("mine", "b/x", "tmpfs", 0, NULL));
	try_create("b/x");
	show("remount it", mount(NULL, "b/x", NULL, MS_REMOUNT | MS_RDONLY, NULL));
	try_create("b/x");
	show("umount it", umount("b/x"));
	show("sysfs", mount("sys", "b/x", "sysfs", 0, NULL));
	show("devtmpfs", mount("dev", "b/x", "devtmpfs", 0, NULL));
	show("proc of a namespace not ours", mount("proc", "b/x", "proc", 0, NULL));
	show("shared", mount(NULL, "c", NULL, MS_SHARED, NULL));
	table("in the end");
	return 0;
}
