/*
 * locks_wait.c - /proc/locks, to the letter: who waits for a lock, who behind one who waits, and leases: held, being broken, and who
 * breaks them.
 */
#include "../show.h"
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define KIDS 8

static pid_t me, kid[KIDS];
static int kids, fd;

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static const char *name_of(int pid)
{
	static char name[8];

	if (pid == me || pid <= 0)
		return pid ? "us" : "0";
	for (int k = 0; k < kids; k++)
		if (kid[k] == pid)
			return snprintf(name, sizeof name, "kid%d", k), name;
	return "?";
}

/* The lines of our file, each with those of who waits, in the order of their text. Number, pid and inode masked. Returns how many wait. */
static int locks_of(char *groups[], int *n)
{
	char line[256], mark[64];
	unsigned nr, of = 0;
	int waiting = 0;
	struct stat st;
	FILE *f = fopen("/proc/locks", "r");

	*n = 0;
	fstat(fd, &st);
	snprintf(mark, sizeof mark, " %02x:%02x:%lu ", major(st.st_dev), minor(st.st_dev), (unsigned long)st.st_ino);
	while (fgets(line, sizeof line, f)) {
		char *text = strchr(line, ':'), *at = strstr(line, mark), *behind = at ? at + strlen(mark) : NULL, *all;
		int pid, lead, waits;

		if (!at && (at = strstr(line, " <none>:0 ")))
			behind = at + 1;
		if (!at || sscanf(line, "%u:", &nr) != 1 || (behind == at + 1 && (!*n || nr != of)))
			continue;
		while (at > line && at[-1] != ' ')
			at--;
		pid = atoi(at);
		lead = (int)(at - text);
		waits = !strncmp(text + 2 + strspn(text + 2, " "), "->", 2);
		waiting += waits;
		if (waits && nr != of)
			say("behind another number\n");
		of = nr;
		if (asprintf(&all, "%s  %.*s%s %s%s", waits ? groups[*n - 1] : "", lead, text, name_of(pid), *behind == '<' ? "" : "FILE ", behind) < 0)
			fatal("asprintf");
		groups[waits ? *n - 1 : (*n)++] = all;
	}
	fclose(f);
	qsort(groups, *n, sizeof *groups, compare);
	return waiting;
}

/* As soon as so many wait. */
static void tell(const char *title, int waiting)
{
	char *groups[32];
	int n = 0;

	for (int tries = 0; tries < 300 && locks_of(groups, &n) != waiting; tries++)
		sleep_ms(5);
	say("%s:\n", title);
	for (int i = 0; i < n; i++)
		say("%s", groups[i]);
}

static long record(int type, long start, long len, int cmd)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len };

	return fcntl(fd, cmd, &l);
}

/* A child that waits: for a record, by flock(2), or to open. */
static void kid_for(char what, int type, long start, long len)
{
	pid_t pid = fork();

	if (!pid) {
		if (what == 'r')
			record(type, start, len, F_SETLKW);
		else if (what == 'o')
			record(type, start, len, F_OFD_SETLKW);
		else if (what == 'f')
			flock(open("f", O_RDWR), type);
		else
			open("f", type);
		pause();
	}
	kid[kids++] = pid;
}

static void all_gone(void)
{
	for (int k = 0; k < kids; k++) {
		kill(kid[k], SIGKILL);
		waitpid(kid[k], NULL, 0);
	}
	kids = 0;
	tell("gone", 0);
}

static void records(void)
{
	show("write", record(F_WRLCK, 0, 100, F_SETLK));
	show("read", record(F_RDLCK, 200, 0, F_SETLK));
	kid_for('r', F_WRLCK, 10, 10), tell("one waits", 1);
	kid_for('r', F_WRLCK, 15, 10), tell("behind it", 2);
	kid_for('r', F_RDLCK, 15, 1), tell("and behind that", 3);
	kid_for('r', F_RDLCK, 24, 1), tell("behind the second only", 4);
	kid_for('r', F_WRLCK, 300, 1), tell("for the other lock", 5);
	all_gone();
	kid_for('r', F_WRLCK, 10, 10), tell("one waits", 1);
	kid_for('r', F_WRLCK, 50, 10), tell("beside it", 2);
	kid_for('r', F_RDLCK, 50, 0), tell("behind that", 3);
	show("cut", record(F_UNLCK, 40, 1, F_SETLK));
	tell("cut", 3);
	all_gone();
	record(F_UNLCK, 0, 0, F_SETLK);
}

static void whole(void)
{
	int other = open("f", O_RDWR);

	flock(fd, LOCK_SH), flock(other, LOCK_SH);
	tell("shared", 0);
	flock(other, LOCK_UN);
	kid_for('f', LOCK_EX, 0, 0), tell("one waits", 1);
	kid_for('f', LOCK_EX, 0, 0), tell("two wait", 2);
	all_gone();
	flock(fd, LOCK_UN);
	close(other);
}

static void leases(void)
{
	show("write lease", fcntl(fd, F_SETLEASE, F_WRLCK));
	tell("held", 0);
	kid_for('l', O_RDONLY, 0, 0), tell("a reader comes", 1);
	kid_for('l', O_RDWR, 0, 0), tell("a writer comes", 2);
	all_gone();
	show("given up", fcntl(fd, F_SETLEASE, F_UNLCK));
	tell("none", 0);
	close(fd);
	fd = open("f", O_RDONLY);
	show("read lease", fcntl(fd, F_SETLEASE, F_RDLCK));
	tell("held", 0);
	kid_for('l', O_WRONLY, 0, 0), tell("a writer comes", 1);
	show("given up", fcntl(fd, F_SETLEASE, F_UNLCK));
	tell("none", 0);
	all_gone();
	show("again", fcntl(fd, F_SETLEASE, F_RDLCK));
	close(fd);
	fd = open("f", O_RDWR);
	tell("closed", 0);
}

int main(void)
{
	signal(SIGIO, SIG_IGN);
	me = getpid();
	fd = open("f", O_RDWR | O_CREAT, 0600);
	records();
	whole();
	leases();
	return 0;
}
