/* drop_caches.c - /proc/sys/vm/drop_caches: which values it takes, and that names are found again behind it. */
#include "../show.h"
#include <sys/stat.h>

int main(void)
{
	static const char *const words[] = { "1", "2", "3", "2\n", "0", "5", "-1", "x" };
	struct stat s;
	int n, fd = open("/proc/sys/vm/drop_caches", O_WRONLY);

	fstat(fd, &s);
	say("mode %o\n", s.st_mode);
	mkdir("/tmp/drop", 0777);
	close(open("/tmp/drop/file", O_CREAT | O_WRONLY, 0600));
	stat("/tmp/drop/none", &s);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		errno = 0;
		n = (int)pwrite(fd, words[i], strlen(words[i]), 0);
		say("%.1s: %d errno %d\n", words[i], n, errno);
	}
	say("file: %d\n", stat("/tmp/drop/file", &s));
	n = stat("/tmp/drop/none", &s);
	say("none: %d errno %d\n", n, errno);
	say("proc: %d\n", stat("/proc/self/stat", &s));
	return 0;
}
