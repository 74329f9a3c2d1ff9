/*
 * loops.c - chains of symlinks: forty are followed, forty-one not; where they are counted; loops.
 */
#include "../show.h"
#include <sys/stat.h>

static void chain(const char *prefix, const char *target, int n)
{
	char from[64], to[64];

	for (int i = 1; i <= n; i++) {
		snprintf(from, sizeof from, "%s%d", prefix, i);
		snprintf(to, sizeof to, "%s%d", prefix, i - 1);
		symlink(i == 1 ? target : to, from);
	}
}

int main(void)
{
	char path[4096] = "";
	struct stat st;

	mkdir("d", 0755), close(open("f", O_CREAT | O_RDWR, 0644)), close(open("d/f", O_CREAT | O_RDWR, 0644));
	chain("f_", "f", 45), chain("d_", "d", 45), chain("n_", "none", 45);
	symlink("self", "self"), symlink("b", "a"), symlink("a", "b"), symlink(".", "dot"), symlink("dot/dot/f", "two"), symlink("/proc/self/cwd", "magic");
	show("40", stat("f_40", &st));
	show("41", stat("f_41", &st));
	show("41, lstat", lstat("f_41", &st));
	show("41, readlink", readlink("f_41", path, 10) > 0 ? 0 : -1);
	show("40, directory", stat("d_40/f", &st));
	show("41, directory", stat("d_41/f", &st));
	show("41, slash", lstat("d_41/", &st));
	show("40, slash", lstat("d_40/", &st));
	show("20 and 20", stat("d_20/../d_20/f", &st));
	show("20 and 21", stat("d_20/../d_21/f", &st));
	show("40, dangling", stat("n_40", &st));
	show("41, dangling", stat("n_41", &st));
	show("40, created through", open("n_40", O_CREAT | O_RDWR, 0600) >= 0 ? 0 : -1);
	show("it is there", unlink("none"));
	show("41, created through", open("n_41", O_CREAT | O_RDWR, 0600));
	show("41, O_EXCL", open("n_41", O_CREAT | O_EXCL | O_RDWR, 0600));
	show("41, O_NOFOLLOW", open("f_41", O_RDONLY | O_NOFOLLOW));
	show("41, O_PATH and O_NOFOLLOW", open("f_41", O_PATH | O_NOFOLLOW) >= 0 ? 0 : -1);
	show("41, unlink", unlink("f_41"));
	show("41, rename", rename("d_41", "moved"));
	show("41, mkdir", mkdir("d_45/new", 0700));
	show("self", stat("self", &st));
	show("self/", lstat("self/", &st));
	show("self/x", stat("self/x", &st));
	show("self, created", open("self", O_CREAT | O_RDWR, 0600));
	show("circle", stat("a", &st));
	show("circle, chdir", chdir("a"));
	show("circle, access", access("a", F_OK));
	show("circle, lchown", lchown("a", 0, 0));
	show("circle, link", link("a", "hard"));
	show("circle, linkat follow", linkat(AT_FDCWD, "a", AT_FDCWD, "hard2", AT_SYMLINK_FOLLOW));
	show("circle, rename", rename("a", "c"));
	for (int i = 0; i < 40; i++)
		strcat(path, i ? "/dot" : "dot");
	show("forty dots", stat(path, &st));
	strcat(path, "/dot");
	show("forty-one dots", stat(path, &st));
	show("forty-one dots, lstat", lstat(path, &st));
	path[0] = 0;
	for (int i = 0; i < 13; i++)
		strcat(path, "dot/");
	strcat(path, "two");
	show("nested", stat(path, &st));
	path[0] = 0;
	for (int i = 0; i < 38; i++)
		strcat(path, "dot/");
	strcat(path, "two");
	show("nested too deep", stat(path, &st));
	path[0] = 0;
	for (int i = 0; i < 20; i++)
		strcat(path, "magic/");
	show("magic and plain links count alike", (strcat(path, "f"), stat(path, &st)));
	path[0] = 0;
	for (int i = 0; i < 21; i++)
		strcat(path, "magic/");
	show("one more", (strcat(path, "f"), stat(path, &st)));
	return 0;
}
