/* pivot_root(2) takes along every thread, each by its own root and directory. */
#include "mount.h"
#include <pthread.h>
#include <semaphore.h>
#include <sys/prctl.h>

static sem_t ready, go, done;
static int turn[2], back[2];

static void where(const char *who)
{
	char cwd[128];

	say("%s: root %s, cwd %s\n", who, has("/inner") ? "new" : has("/r") ? "old" : "?", getcwd(cwd, sizeof cwd) ? cwd : errno_name(errno));
}

static void *apart(void *arg)
{
	unshare(CLONE_FS);
	sem_post(&ready);
	sem_wait(&go);
	where("a thread with a root of its own");
	sem_post(&done);
	return NULL;
}

static void *left_behind(void *arg)
{
	char c;

	while (kill(getpid(), 0) == 0) {        /* until the first thread is gone */
		char path[64], state = 0;
		FILE *f;

		snprintf(path, sizeof path, "/proc/self/stat");
		f = fopen(path, "r");
		if (f && fscanf(f, "%*d %*s %c", &state) == 1 && state == 'Z') {
			fclose(f);
			break;
		}
		if (f)
			fclose(f);
		usleep(1000);
	}
	(void)!write(back[1], "x", 1);
	(void)!read(turn[0], &c, 1);
	where("whose first thread has ended");
	exit(0);
}

int main(void)
{
	pthread_t t;
	char c;
	pid_t pid;

	begin();
	(void)!pipe(turn);
	(void)!pipe(back);
	dirs("n", NULL);
	mount("outer", "n", "tmpfs", 0, NULL);
	dirs("n/r", "n/proc", NULL);
	mount("root", "n/r", "tmpfs", 0, NULL);
	dirs("n/r/old", "n/r/inner", "n/r/proc", NULL);
	mount("proc", "n/proc", "proc", 0, NULL);
	chdir("n");
	chroot(".");
	sem_init(&ready, 0, 0);
	sem_init(&go, 0, 0);
	sem_init(&done, 0, 0);
	pthread_create(&t, NULL, apart, NULL);
	sem_wait(&ready);
	pid = fork();
	if (!pid) {
		pthread_create(&t, NULL, left_behind, NULL);
		pthread_exit(NULL);
	}
	(void)!read(back[0], &c, 1);
	show("pivot", syscall(SYS_pivot_root, "/r", "/r/old"));
	where("the caller");
	sem_post(&go);
	sem_wait(&done);
	(void)!write(turn[1], "x", 1);
	wait_for(pid);
	return 0;
}
