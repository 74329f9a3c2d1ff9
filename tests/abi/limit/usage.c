/* getrusage(2), times(2): whom, monotonic, children's added when waited for. */
#include "../show.h"
#include <pthread.h>
#include <sys/resource.h>
#include <sys/times.h>

static int64_t us(struct timeval t) { return t.tv_sec * 1000000ll + t.tv_usec; }
static void burn(int ms) { int64_t end = now_ns() + ms * 1000000ll; while (now_ns() < end) ; }
static void *burner(void *arg)
{
	struct rusage th, self;

	(void)arg;
	burn(60);
	getrusage(RUSAGE_THREAD, &th);
	getrusage(RUSAGE_SELF, &self);
	judge("thread has some, process at least as much", us(th.ru_utime) + us(th.ru_stime) > 0 &&
	      us(self.ru_utime) + us(self.ru_stime) >= us(th.ru_utime) + us(th.ru_stime));
	return NULL;
}

int main(void)
{
	struct rusage a, b;
	char *edge = page_edge(), *p;
	struct tms t;
	pthread_t th;
	pid_t pid;

	show("unknown", getrusage(7, &a));
	show("-2 is both, for the kernel only", getrusage(-2, &a));
	show("to nowhere", getrusage(RUSAGE_SELF, (void *)edge));
	show("times to nowhere", syscall(SYS_times, edge));
	judge("times, no buffer", times(NULL) != -1);
	getrusage(RUSAGE_CHILDREN, &a);
	judge("no children yet", us(a.ru_utime) + us(a.ru_stime) == 0 && a.ru_maxrss == 0 && a.ru_minflt == 0);
	getrusage(RUSAGE_SELF, &a);
	p = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 64; i++)
		p[i * PAGE] = 1;
	burn(60);
	getrusage(RUSAGE_SELF, &b);
	judge("time went", us(b.ru_utime) + us(b.ru_stime) - us(a.ru_utime) - us(a.ru_stime) > 10000);
	judge("pages were touched", b.ru_minflt - a.ru_minflt >= 1);
	judge("resident grew or stayed", b.ru_maxrss >= a.ru_maxrss && b.ru_maxrss > 0);
	say("unused fields %ld %ld %ld %ld %ld %ld\n", b.ru_ixrss, b.ru_idrss, b.ru_isrss, b.ru_nswap, b.ru_msgsnd, b.ru_nsignals);
	sleep_ms(2);
	getrusage(RUSAGE_SELF, &a);
	sleep_ms(2);
	getrusage(RUSAGE_SELF, &b);
	judge("a sleep is a voluntary switch", b.ru_nvcsw > a.ru_nvcsw);
	pid = fork();
	if (!pid) {
		burn(60);
		_exit(0);
	}
	getrusage(RUSAGE_CHILDREN, &a);
	judge("a running child does not count", us(a.ru_utime) + us(a.ru_stime) == 0);
	waitpid(pid, NULL, 0);
	getrusage(RUSAGE_CHILDREN, &a);
	judge("a child that was waited for does", us(a.ru_utime) + us(a.ru_stime) > 10000 && a.ru_maxrss > 0);
	times(&t);
	judge("times says so, too", t.tms_cutime + t.tms_cstime > 0 && t.tms_utime + t.tms_stime > 0);
	signal(SIGCHLD, SIG_IGN);
	getrusage(RUSAGE_CHILDREN, &a);
	pid = fork();
	if (!pid) {
		burn(30);
		_exit(0);
	}
	while (waitpid(pid, NULL, 0) != -1)
		;
	getrusage(RUSAGE_CHILDREN, &b);
	judge("ignored children do not", us(b.ru_utime) + us(b.ru_stime) == us(a.ru_utime) + us(a.ru_stime));
	pthread_create(&th, NULL, burner, NULL);
	pthread_join(th, NULL);
}
