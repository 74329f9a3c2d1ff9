/*
 * rename_flags.c - renameat2(2): RENAME_NOREPLACE, RENAME_EXCHANGE, RENAME_WHITEOUT, and flags that exclude each other.
 */
#include "../show.h"
#include <linux/fs.h>
#include <sys/stat.h>

static long mv(const char *from, const char *to, unsigned flags)
{
	static const char *const names[] = { "plain", "noreplace", "exchange", "noreplace+exchange" };

	say("%s %s -> %s: ", flags < 4 ? names[flags] : "other", from, to);
	return show("", syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags));
}

static void tell(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		say("%s: %s\n", path, errno_name(errno));
	else
		say("%s: type %o links %ld\n", path, st.st_mode & S_IFMT, (long)st.st_nlink);
}

int main(void)
{
	mkdir("d", 0755), mkdir("d/s", 0755), mkdir("e", 0755);
	close(open("a", O_CREAT | O_RDWR, 0600)), close(open("b", O_CREAT | O_RDWR, 0600));
	symlink("a", "l"), link("a", "hard");
	mv("a", "b", RENAME_NOREPLACE);
	mv("a", "c", RENAME_NOREPLACE);
	mv("c", "c", RENAME_NOREPLACE);
	mv("c", "hard", RENAME_NOREPLACE);
	mv("c", "l", RENAME_NOREPLACE);
	mv("none", "b", RENAME_NOREPLACE);
	mv("none", "new", RENAME_NOREPLACE);
	mv("d", ".", RENAME_NOREPLACE);
	mv("d", "..", RENAME_NOREPLACE);
	mv("d", "e", RENAME_NOREPLACE);
	mv("d", "e2/", RENAME_NOREPLACE);
	mv("e2", "d", RENAME_NOREPLACE);
	mv("c", "x/", RENAME_NOREPLACE);
	mv("c", "b", RENAME_EXCHANGE);
	mv("c", "none", RENAME_EXCHANGE);
	mv("none", "c", RENAME_EXCHANGE);
	mv("c", "d", RENAME_EXCHANGE);
	tell("c"), tell("d");
	mv("c", "d", RENAME_EXCHANGE);
	mv("d/s", "b", RENAME_EXCHANGE);
	tell("d"), tell("d/s"), tell("b");
	mv("d/s", "b", RENAME_EXCHANGE);
	mv("d", "d/s", RENAME_EXCHANGE);
	mv("d/s", "d", RENAME_EXCHANGE);
	mv("l", "d", RENAME_EXCHANGE);
	tell("l"), tell("d");
	mv("l", "d", RENAME_EXCHANGE);
	mv("d", "c/", RENAME_EXCHANGE);
	mv("d/", "c", RENAME_EXCHANGE);
	mv("c", "d/", RENAME_EXCHANGE);
	mv("c/", "d", RENAME_EXCHANGE);
	mv("e", "d/", RENAME_EXCHANGE);
	mv(".", "d", RENAME_EXCHANGE);
	mv("c", "hard", RENAME_EXCHANGE);
	mv("c", "c", RENAME_EXCHANGE);
	mv("c", "b", RENAME_NOREPLACE | RENAME_EXCHANGE);
	mv("c", "b", RENAME_WHITEOUT | RENAME_EXCHANGE);
	mv("c", "b", 8);
	mv("c", "b", 0x80000000u);
	show("bad flag, bad pointers", syscall(SYS_renameat2, 99, KERNEL_ADDRESS, 99, KERNEL_ADDRESS, 16));
	show("exchange, bad pointers", syscall(SYS_renameat2, 99, KERNEL_ADDRESS, 99, KERNEL_ADDRESS, RENAME_EXCHANGE));
	mv("c", "white", RENAME_WHITEOUT);
	tell("c"), tell("white");
	mv("d/s", "white2", RENAME_WHITEOUT);
	tell("d"), tell("d/s"), tell("white2");
	mv("b", "white", RENAME_WHITEOUT | RENAME_NOREPLACE);
	mv("b", "white3", RENAME_WHITEOUT | RENAME_NOREPLACE);
	tell("b"), tell("white3");
	return 0;
}
