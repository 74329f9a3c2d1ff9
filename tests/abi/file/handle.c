/*
 * handle.c - name_to_handle_at(2), open_by_handle_at(2): what has a handle, and for how long it is good.
 */
#include "../show.h"
#include <sys/stat.h>

static struct { struct file_handle h; unsigned char room[128]; } b;

static int make(int dirfd, const char *path, unsigned bytes, int flags)
{
	int id = -1;

	b.h.handle_bytes = bytes;
	b.h.handle_type = 77;
	return name_to_handle_at(dirfd, path, &b.h, &id, flags);
}

static void say_handle(const char *what, int r)
{
	show(what, r);
	say("  %u bytes of type %d\n", b.h.handle_bytes, b.h.handle_type);
}

static void open_it(const char *what, int flags)
{
	char text[16] = "", link[32], at[256] = "";
	int fd = open_by_handle_at(AT_FDCWD, &b.h, flags);

	show_ok(what, fd);
	if (fd < 0)
		return;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	(void)!readlink(link, at, sizeof at - 1);
	say("  reads %ld, name ends in %s\n", (long)read(fd, text, 5), strrchr(at, '/') ? strrchr(at, '/') : at);
	close(fd);
}

static void as_user(void)
{
	if (setuid(1000))
		fatal("setuid");
	show("a user makes one", make(AT_FDCWD, "f", 128, 0));
	show("a user opens it", open_by_handle_at(AT_FDCWD, &b.h, O_RDONLY));
}

int main(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0644), pipes[2], id;
	struct stat st;

	(void)!write(fd, "hello", 5);
	mkdir("d", 0755);
	symlink("f", "s");
	say_handle("no room", make(AT_FDCWD, "f", 0, 0));
	say_handle("too little room", make(AT_FDCWD, "f", 11, 0));
	say_handle("too much", make(AT_FDCWD, "f", 129, 0));
	say_handle("enough", make(AT_FDCWD, "f", 128, 0));
	open_it("file", O_RDONLY);
	open_it("to write", O_WRONLY | O_APPEND);
	open_it("path only", O_PATH);
	open_it("as a directory", O_RDONLY | O_DIRECTORY);
	show("from a descriptor", make(fd, "", 128, AT_EMPTY_PATH));
	open_it("file", O_RDONLY);
	show("symlink", make(AT_FDCWD, "s", 128, 0));
	show("opened", open_by_handle_at(AT_FDCWD, &b.h, O_RDONLY));
	show("followed", make(AT_FDCWD, "s", 128, AT_SYMLINK_FOLLOW));
	open_it("file", O_RDONLY);
	show("directory", make(AT_FDCWD, "d", 128, 0));
	open_it("directory", O_RDONLY | O_DIRECTORY);
	show("rename", rename("d", "e"));
	open_it("renamed", O_RDONLY);
	show("rmdir", rmdir("e"));
	open_it("removed", O_RDONLY);
	show("file", make(AT_FDCWD, "f", 128, 0));
	show("unlink", unlink("f"));
	open_it("unlinked, still open", O_RDONLY);
	fstat(fd, &st);
	show("links", st.st_nlink);
	close(fd);
	open_it("gone", O_RDONLY);
	close(open("f", O_RDWR | O_CREAT, 0644));
	open_it("another of its name", O_RDONLY);
	show("unknown flag", make(AT_FDCWD, "f", 128, 0x800));
	show("no file", make(AT_FDCWD, "nothing", 128, 0));
	show("bad descriptor", make(99, "f", 128, 0));
	show("proc", make(AT_FDCWD, "/proc/self", 128, 0));
	show("pipe", pipe(pipes) ? -1 : make(pipes[0], "", 128, AT_EMPTY_PATH));
	show("bad handle", syscall(SYS_name_to_handle_at, AT_FDCWD, "f", NULL, &id, 0));
	b.h.handle_bytes = 128;
	show("bad mount", syscall(SYS_name_to_handle_at, AT_FDCWD, "f", &b.h, NULL, 0));
	show("good", make(AT_FDCWD, "f", 128, 0));
	show("bad mount descriptor", open_by_handle_at(99, &b.h, O_RDONLY));
	b.h.handle_bytes = 0;
	show("empty", open_by_handle_at(AT_FDCWD, &b.h, O_RDONLY));
	b.h.handle_bytes = 129;
	show("too long", open_by_handle_at(AT_FDCWD, &b.h, O_RDONLY));
	b.h.handle_bytes = 4;
	show("too short", open_by_handle_at(AT_FDCWD, &b.h, O_RDONLY));
	show("no handle", syscall(SYS_open_by_handle_at, AT_FDCWD, NULL, O_RDONLY));
	show("good", make(AT_FDCWD, "f", 128, 0));
	b.h.f_handle[4] ^= 0x55;
	show("another number", open_by_handle_at(AT_FDCWD, &b.h, O_RDONLY));
	in_child("user", as_user);
	return 0;
}
