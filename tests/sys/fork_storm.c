/*
 * fork_storm.c - fork, exec and wait from four processes at once, many rounds;
 * afterwards no memory is lost.
 * limit: 400
 *
 * On Percival the free memory afterwards must equal that before to the page,
 * beyond what the kernel holds in its bounded per-CPU caches; Linux keeps
 * caches of unknown size, so there it is only noted.
 */
#include "show.h"

#define WORKERS 4

static void worker(int rounds, const char *self)
{
	for (int i = 0; i < rounds; i++) {
		char code[8];
		pid_t pid = fork();
		int status;

		snprintf(code, sizeof code, "%d", i % 251);
		if (pid < 0)
			_exit(1);
		if (pid == 0) {
			execl(self, "child", code, NULL);
			_exit(252);
		}
		if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
		    WEXITSTATUS(status) != i % 251)
			_exit(2);
	}
	_exit(0);
}

static int storm(int rounds, const char *self)
{
	pid_t pids[WORKERS];
	int bad = 0, status;

	for (int w = 0; w < WORKERS; w++)
		if ((pids[w] = fork()) == 0)
			worker(rounds / WORKERS, self);
	for (int w = 0; w < WORKERS; w++)
		if (waitpid(pids[w], &status, 0) != pids[w] || status)
			bad++;
	return bad;
}

static long meminfo(const char *field)
{
	static char text[8192];
	int fd = open("/proc/meminfo", O_RDONLY);
	ssize_t n = read(fd, text, sizeof text - 1);
	char *at;

	close(fd);
	text[n > 0 ? n : 0] = 0;
	at = strstr(text, field);
	return at ? atol(at + strlen(field)) : 0;
}

/* Free pages settle within a moment: what the dead leave is freed later. */
static long settled_free(void)
{
	long last = meminfo("MemFree:"), now;

	for (int i = 0; i < 40; i++) {
		sleep_ms(50);
		now = meminfo("MemFree:");
		if (now == last && i >= 4)
			break;
		last = now;
	}
	return last;
}

int main(int argc, char **argv)
{
	int rounds = at_full_scale() ? 10000 : 1000;
	long before, after;
	int64_t start, took;

	if (argc > 1)
		return atoi(argv[1]);
	show("warm-up, workers that failed", storm(200, "/proc/self/exe"));
	(void)now_ns();                 /* the tables for the vDSO are part of what we had before */
	before = settled_free();
	start = now_ns();
	show("storm, workers that failed", storm(rounds, argv[0]));
	took = now_ns() - start;
	after = settled_free();                 /* before the notes: they take a page of /tests/notes */
	note("%d rounds of fork+exec+wait: %ld us each\n", rounds, (long)(took / 1000 / rounds));
	note("MemFree before %ld kB, after %ld kB\n", before, after);
	if (on_percival())
		judge("free memory is as before", after == before);
	else
		judge("free memory is as before", true);
	return 0;
}
