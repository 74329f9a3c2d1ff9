/*
 * no_new_privs_thread.c - PR_SET_NO_NEW_PRIVS is a thread's: who gets it by clone(2), what /proc tells of each thread, who may filter
 * calls, what a filter for all threads makes of the others, and whose exec(2) is bound.
 */
#include "privileged.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>

#define FILE_NAME "/tmp/nnpt/show"

static pid_t tid;
static pthread_barrier_t step;

static int told(pid_t of)
{
	char path[64], line[128];
	int bound = -1;
	FILE *f;

	snprintf(path, sizeof path, "/proc/self/task/%d/status", of);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "NoNewPrivs: %d", &bound) == 1)
			break;
	if (f)
		fclose(f);
	return bound;
}

static int bound(void) { return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0); }
static void bind_self(void) { show("bind", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }
static void meet(void) { pthread_barrier_wait(&step); }

static void *say_bound(void *what)
{
	say("%s: %d, told %d\n", (char *)what, bound(), told(gettid()));
	return NULL;
}

static void thread_of(char *what)
{
	pthread_t t;

	pthread_create(&t, NULL, say_bound, what);
	pthread_join(t, NULL);
}

static void child_of(char *what)
{
	pid_t pid = fork();

	if (!pid) {
		say_bound(what);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static long filter(unsigned flags)
{
	struct sock_filter code[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
	struct sock_fprog prog = { 1, code };

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog);
}

/* ---- who is bound ---- */

static void *binds(void *arg)
{
	(void)arg;
	tid = gettid();
	meet();
	meet();
	bind_self();
	thread_of("its thread");
	child_of("its child");
	meet();
	meet();
	return NULL;
}

static void inherit(void)
{
	pthread_t t;

	pthread_create(&t, NULL, binds, NULL);
	meet();
	say("before: us %d, told %d; thread told %d\n", bound(), told(getpid()), told(tid));
	meet();
	meet();
	say("after: us %d, told %d; thread told %d\n", bound(), told(getpid()), told(tid));
	thread_of("our thread");
	child_of("our child");
	meet();
	pthread_join(t, NULL);
}

/* ---- filters ---- */

static void *filters(void *arg)
{
	(void)arg;
	tid = gettid();
	bind_self();
	show("bound: filter", filter(0));
	meet();
	meet();
	show("bound: filter for all", filter(SECCOMP_FILTER_FLAG_TSYNC));
	meet();
	meet();
	return NULL;
}

static void all_filters(void)
{
	pthread_t t;

	r_setresuid(1000, 1000, 1000);
	pthread_create(&t, NULL, filters, NULL);
	meet();
	show("not bound: filter", filter(0));
	show("not bound: filter for all", filter(SECCOMP_FILTER_FLAG_TSYNC));
	say("us %d, mode %d\n", bound(), prctl(PR_GET_SECCOMP));
	meet();
	meet();
	say("then: us %d, told %d, mode %d; thread told %d\n", bound(), told(getpid()), prctl(PR_GET_SECCOMP), told(tid));
	show("then: filter", filter(0));
	child_of("our child");
	meet();
	pthread_join(t, NULL);
}

/* Root filters all without being bound: nobody is. */
static void *waits(void *arg)
{
	(void)arg;
	meet();
	say_bound("thread");
	return NULL;
}

static void all_filters_root(void)
{
	pthread_t t;

	pthread_create(&t, NULL, waits, NULL);
	show("root: filter for all", filter(SECCOMP_FILTER_FLAG_TSYNC));
	say("us %d\n", bound());
	meet();
	pthread_join(t, NULL);
}

/* ---- exec ---- */

static bool thread_binds, thread_execs;

static void *exec_or_bind(void *arg)
{
	(void)arg;
	if (thread_binds)
		bind_self();
	meet();
	if (thread_execs)
		execl(FILE_NAME, "tell", NULL);
	pause();
	return NULL;
}

static void executes(bool thread)
{
	pthread_t t;

	thread_execs = thread;
	r_setresuid(1000, 1000, 1000);
	pthread_create(&t, NULL, exec_or_bind, NULL);
	if (!thread_binds)
		bind_self();
	meet();
	if (!thread)
		execl(FILE_NAME, "tell", NULL);
	pause();
}

static void bound_thread(void) { thread_binds = true, executes(true); }
static void bound_other(void) { thread_binds = true, executes(false); }
static void bound_main_thread(void) { executes(true); }
static void bound_main(void) { executes(false); }

int main(int argc, char **argv)
{
	(void)argc;
	if (!strcmp(argv[0], "tell")) {
		tell_rights();
		say_bound("   ");
		return 0;
	}
	pthread_barrier_init(&step, NULL, 2);
	in_child("- inherited", inherit);
	in_child("- filters", all_filters);
	in_child("- filters by root", all_filters_root);
	privileged_begin("/tmp/nnpt", FILE_NAME, 04755);
	in_child("- a thread is bound and executes", bound_thread);
	in_child("- a thread is bound, the first one executes", bound_other);
	in_child("- the first one is bound, a thread executes", bound_main_thread);
	in_child("- the first one is bound and executes", bound_main);
	umount2("/tmp/nnpt", MNT_DETACH);
	return 0;
}
