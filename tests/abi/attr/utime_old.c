/*
 * utime_old.c - utime(2), utimes(2), futimesat(2): units, ranges, null, errors.
 */
#include "../show.h"
#include <sys/stat.h>

static void tell(const char *path)
{
	struct stat st;

	stat(path, &st);
	say("  a %lld.%09ld m %lld.%09ld\n", (long long)st.st_atim.tv_sec, st.st_atim.tv_nsec, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

static void is_now(const char *what, const char *path)
{
	struct stat st;

	stat(path, &st);
	judge(what, llabs((long long)st.st_atime - time(NULL)) < 1000 && llabs((long long)st.st_mtime - time(NULL)) < 1000);
}

int main(void)
{
	int64_t two[2] = { 1000, 2000 };
	long tv[4] = { 5, 6, 7, 8 };
	char *edge = page_edge();
	int d;

	mkdir("d", 0755);
	close(open("f", O_CREAT | O_RDWR, 0644)), close(open("d/f", O_CREAT | O_RDWR, 0644));
	d = open("d", O_RDONLY);
	show("utime", syscall(SYS_utime, "f", two)), tell("f");
	show("utime null", syscall(SYS_utime, "f", NULL)), is_now("now", "f");
	two[0] = -1;
	show("utime negative", syscall(SYS_utime, "f", two)), tell("f");
	show("utime bad times", syscall(SYS_utime, "f", KERNEL_ADDRESS));
	show("utime across the edge", syscall(SYS_utime, "f", edge - 8));
	show("utime missing", syscall(SYS_utime, "none", two));
	show("utime bad path", syscall(SYS_utime, KERNEL_ADDRESS, two));
	show("utime null path", syscall(SYS_utime, NULL, two));
	show("utimes", syscall(SYS_utimes, "f", tv)), tell("f");
	show("utimes null", syscall(SYS_utimes, "f", NULL)), is_now("now", "f");
	tv[1] = 999999;
	show("utimes largest", syscall(SYS_utimes, "f", tv)), tell("f");
	tv[1] = 1000000;
	show("utimes too large", syscall(SYS_utimes, "f", tv));
	tv[1] = -1;
	show("utimes negative", syscall(SYS_utimes, "f", tv));
	tv[1] = UTIME_NOW;
	show("utimes UTIME_NOW", syscall(SYS_utimes, "f", tv));
	tv[1] = 1;
	show("utimes bad times", syscall(SYS_utimes, "f", KERNEL_ADDRESS));
	show("utimes bad times, missing", syscall(SYS_utimes, "none", KERNEL_ADDRESS));
	show("utimes null path", syscall(SYS_utimes, NULL, tv));
	show("futimesat", syscall(SYS_futimesat, d, "f", tv)), tell("d/f");
	show("futimesat null path", syscall(SYS_futimesat, d, NULL, tv)), tell("d");
	show("futimesat null path, here", syscall(SYS_futimesat, AT_FDCWD, NULL, tv));
	show("futimesat bad fd", syscall(SYS_futimesat, 99, "f", tv));
	show("futimesat empty", syscall(SYS_futimesat, d, "", tv));
	return 0;
}
