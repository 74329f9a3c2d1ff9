/*
 * progress.c - a clock that stands still while a CPU of the guest gets no time from the host.
 *
 * One task per CPU, bound to it, sleeps for BEAT_MS and counts. The clock is the smallest count: as long as one CPU has
 * no time, or runs no tasks, nobody else is said to hang. (A CPU that never comes back silences the rounds; fuzz.py,
 * which sees how long the guest's threads wait for the host's CPUs, decides about that.)
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "fuzz.h"

#define BEAT_MS 10
#define MOST_CPUS 64

static volatile uint64_t *beats;
static unsigned nr_cpus;

static void beat(unsigned cpu)
{
	cpu_set_t set;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "beat");
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof set, &set);
	for (;;) {
		usleep(BEAT_MS * 1000);
		beats[cpu]++;
	}
}

/* Goes on in a child, which has no other children than its own; this process keeps the clock until the child ends. */
void progress_begin(void)
{
	pid_t pid;
	int status;

	beats = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	nr_cpus = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	if (nr_cpus > MOST_CPUS)
		nr_cpus = MOST_CPUS;
	pid = fork();
	if (!pid)
		return;
	for (unsigned cpu = 0; cpu < nr_cpus; cpu++)
		if (!fork())
			beat(cpu);
	while (waitpid(pid, &status, 0) < 0)
		;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 3);
}

void progress_forget(void)
{
	munmap((void *)beats, PAGE);
}

uint64_t progress_ms(void)
{
	uint64_t least = ~0ul;

	for (unsigned cpu = 0; cpu < nr_cpus; cpu++)
		if (beats[cpu] < least)
			least = beats[cpu];
	return least * BEAT_MS;
}
