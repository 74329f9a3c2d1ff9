/*
 * linkat with AT_EMPTY_PATH: what a descriptor names gets another name only from who opened it, with the credentials of
 * that time, or from who may search everywhere. It comes before what is wrong with the names.
 */
#include "../show.h"
#include <pthread.h>
#include <sys/stat.h>

static int own, by_root;

static void try(const char *who)
{
	char name[32];
	static int nr;

	say("%s:\n", who);
	snprintf(name, sizeof name, "w/%d.%d", getpid(), nr++);
	show("  own file", linkat(own, "", AT_FDCWD, name, AT_EMPTY_PATH));
	show("  its links", unlink(name));
	show("  root's", linkat(by_root, "", AT_FDCWD, name, AT_EMPTY_PATH));
	show("  name below a file", linkat(own, "x", AT_FDCWD, name, AT_EMPTY_PATH));
	show("  name below root's file", linkat(by_root, "x", AT_FDCWD, name, AT_EMPTY_PATH));
	show("  the same, to a loop", linkat(by_root, "x", AT_FDCWD, "loop", AT_EMPTY_PATH));
	show("  absolute", linkat(by_root, "/", AT_FDCWD, name, AT_EMPTY_PATH));
	show("  working directory", linkat(AT_FDCWD, "", AT_FDCWD, name, AT_EMPTY_PATH));
	show("  no descriptor", linkat(999, "", AT_FDCWD, name, AT_EMPTY_PATH));
	show("  bad flags first", linkat(999, "", AT_FDCWD, name, AT_EMPTY_PATH | 1));
}

static void *thread(void *arg)
{
	try(arg);
	return NULL;
}

static void from_child(const char *who)
{
	pid_t pid = fork();

	if (!pid) {
		try(who);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	pthread_t t;
	char a[12], b[12];

	if (argc == 3) {
		own = atoi(argv[1]), by_root = atoi(argv[2]);
		try("after exec");
		return 0;
	}
	mkdir("w", 0777);
	chmod("w", 0777);
	(void)!symlink("loop", "loop");
	by_root = open("w/r", O_RDWR | O_CREAT, 0666);
	fchmod(by_root, 0666);
	own = open("w/o", O_RDWR | O_CREAT, 0666);
	try("root");
	from_child("root's child");
	if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		return 1;
	own = open("w/n", O_RDWR | O_CREAT, 0666);
	try("nobody");
	pthread_create(&t, NULL, thread, "nobody's thread");
	pthread_join(t, NULL);
	from_child("nobody's child");
	(void)!setresuid(-1, 65534, -1);
	try("credentials of the same ids");
	own = open("w/n", O_PATH);
	try("opened anew, O_PATH");
	snprintf(a, sizeof a, "%d", own);
	snprintf(b, sizeof b, "%d", by_root);
	execl("/proc/self/exe", argv[0], a, b, NULL);
	show("execl", -1);
	return 0;
}
