/*
 * main.c - the supervisor in the guest: rounds of workers, each running program after program, then the oracle.
 *
 *     fuzz run SEED SECONDS WORKERS       rounds until the time is over; the end says how much was done
 *     fuzz exact SEED PROGRAMS            one worker, single tasks only: prints a digest that must repeat
 *     fuzz one PROGRAM-SEED [TIMES]       this program, again and again
 *     fuzz oracle CMD...                  not our programs but a command, with the oracle around it
 *     fuzz leaf                           what programs exec
 *
 * A worker is two processes: the keeper, root, which starts a program under a user of its own, nudges calls that
 * block, kills what does not end, and reaps all that is left (it is the reaper of orphans); and the program. A task
 * that cannot be killed is a finding. The name of a program's process is its seed: a panic says it.
 * Everything else that is found ends the round with its seed and status 1.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>
#include "fuzz.h"

#define MOUNT "/tmp/fuzz"
#define FIRST_UID 20000
#define ROUND_MS 4000
#define PROGRAM_MS 800          /* then it is killed */
#define STILL 8                 /* looks without a move: it sleeps for good */
#define DEAD_MS 8000            /* of progress_ms(): then it cannot be killed */
#define CALLS 160
#define WORKERS 64

static struct worker *workers;
static uint64_t *programs_done;                 /* by worker; programs, which may write anywhere, do not have it */
static const char *self;
static bool exact;

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd >= 0) {
		if (write(fd, text, strlen(text)) < 0)
			perror(path);
		close(fd);
	}
}

static int run_quietly(const char *const argv[])
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 1);
		dup2(null, 2);
		execv("/bin/busybox", (char *const *)argv);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return status;
}

/* ---- the program's process ---- */

static void limit(int what, rlim_t value)
{
	struct rlimit r = { value, value };

	setrlimit(what, &r);
}

static void become_program(struct worker *w, unsigned index, uid_t uid, uint64_t seed)
{
	char name[32];
	int null = open("/dev/null", O_RDWR);

	munmap(programs_done, PAGE);
	progress_forget();
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	syscall(SYS_close_range, 3, ~0u, 0);
	snprintf(name, sizeof name, "%llx", (unsigned long long)seed);
	prctl(PR_SET_NAME, name);
	setsid();
	write_file("/proc/self/oom_score_adj", "500");
	limit(RLIMIT_NPROC, 48);
	limit(RLIMIT_AS, 160ul << 20);
	limit(RLIMIT_FSIZE, 4ul << 20);
	limit(RLIMIT_NOFILE, 300);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_MEMLOCK, 1ul << 20);
	limit(RLIMIT_SIGPENDING, 200);
	limit(RLIMIT_STACK, 1ul << 20);
	if (setgid(uid) || setuid(uid) || !getuid())
		_exit(98);
	prctl(PR_SET_DUMPABLE, 1);
	(void)index;
	program_run(w, seed, exact, CALLS);
}

/* ---- the keeper ---- */

static void kill_all_of(uid_t uid)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (setgid(uid) || setuid(uid) || !getuid())
			_exit(1);
		kill(-1, SIGKILL);
		_exit(0);
	}
	/* As one of them it may be stopped by them. */
	while (waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status))
		kill(pid, SIGCONT);
}

/* Calls that have not moved since the last look get a signal; blocked ones find an end that way. True: something moved. */
static bool nudge(struct worker *w, uint32_t *seen)
{
	bool moved = false;

	for (unsigned i = 0; i < SLOTS; i++) {
		struct slot *s = &w->slots[i];
		int tid = s->tid;

		if (tid > 1 && s->inside && s->calls == seen[i])
			syscall(SYS_tkill, tid, SIGALRM);
		moved |= s->calls != seen[i];
		seen[i] = s->calls;
	}
	return moved;
}

/* Reap whatever there is; true when no child is left. */
static bool reap_all(pid_t main_pid, bool *main_gone)
{
	for (;;) {
		pid_t pid = waitpid(-1, NULL, WNOHANG | __WALL);

		if (pid < 0 && errno == ECHILD)
			return true;
		if (pid <= 0)
			return false;
		if (pid == main_pid)
			*main_gone = true;
	}
}

/* Runs one program to its end. False: a task is left that SIGKILL does not end. */
static bool program_keep(struct worker *w, unsigned index, uid_t uid, uint64_t seed)
{
	uint32_t seen[SLOTS] = { 0 };
	bool gone = false;
	unsigned still = 0;
	uint64_t start = now_ms(), killed = 0;       /* killed: of progress_ms() */
	pid_t pid;

	for (unsigned i = 0; i < SLOTS; i++)
		w->slots[i].tid = 0;
	w->next_slot = 0;
	w->seed = seed;
	pid = fork();
	if (!pid)
		become_program(w, index, uid, seed);
	if (pid < 0) {
		usleep(10000);
		return true;
	}
	for (unsigned ticks = 0; ; ticks++) {
		if (reap_all(pid, &gone))
			break;
		if (gone || still > STILL || now_ms() - start > PROGRAM_MS) {
			if (!killed)
				killed = progress_ms() + 1;
			kill_all_of(uid);
			if (progress_ms() > killed + DEAD_MS) {
				stuck_tell(w, "does not die");
				return false;
			}
			usleep(1000);
			continue;
		}
		usleep(2000);
		if (ticks % 3 == 2)
			still = nudge(w, seen) ? 0 : still + 1;
	}
	programs_done[index]++;
	return true;
}

static void folder_enter(unsigned index, bool clean)
{
	char path[64];

	snprintf(path, sizeof path, MOUNT "/%u", index);
	mkdir(path, 0777);
	chmod(path, 0777);
	if (chdir(path))
		_exit(97);
	if (clean)
		run_quietly((const char *[]){ "busybox", "rm", "-rf", "w", "dir", "dir2", NULL });
	mkdir("w", 0777);
	chmod("w", 0777);
	if (chdir("w"))
		_exit(97);
}

/* Programs until the time is over; exit status 1: one could not be ended. */
static void worker_run(unsigned index, uint64_t seed, uint64_t until, unsigned programs, bool shared)
{
	struct worker *w = &workers[index];
	uint64_t rng = seed;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_NAME, "keeper");
	if (!shared && (seed & 1))
		unshare(CLONE_NEWIPC | CLONE_NEWUTS);
	for (unsigned n = 0; programs ? n < programs : now_ms() < until; n++) {
		folder_enter(shared ? 0 : index, n % 16 == 0 && !shared);
		if (!program_keep(w, index, FIRST_UID + (shared ? 0 : index), rng_next(&rng)))
			_exit(1);
		if (n % 16 == 15)
			ipc_remove_all();
	}
	_exit(0);
}

/* ---- rounds ---- */

static void folder_leave(void)
{
	if (chdir("/"))
		_exit(97);
	ipc_remove_all();
	for (int i = 0; umount2(MOUNT, 0) && i < 100; i++)
		usleep(20000);
	/* Programs reach these through descriptors of folders; what they leave there is nobody's leak. */
	run_quietly((const char *[]){ "busybox", "sh", "-c", "for d in /tmp /dev/shm; do rm -rf $d/* $d/.[!.]* $d/..?*; done", NULL });
}

static bool round_run(uint64_t seed, unsigned nr, uint64_t ms, unsigned programs, bool shared)
{
	uint64_t until = now_ms() + ms;
	bool ok = true;
	int status;

	mkdir(MOUNT, 0777);
	if (mount("fuzz", MOUNT, "tmpfs", 0, "size=48m,nr_inodes=4000,mode=777"))
		perror("fuzz: mount");
	for (unsigned i = 0; i < nr; i++) {
		uint64_t s = seed + i;

		if (!fork())
			worker_run(i, rng_next(&s), until, programs, shared);
	}
	for (unsigned left = nr; left; ) {
		pid_t pid = waitpid(-1, &status, 0);

		if (pid < 0)
			break;
		left--;
		if (status) {
			printf("fuzz: a worker ended with status %x\n", status);
			ok = false;
		}
	}
	if (ok)
		folder_leave();
	return ok;
}

static void totals_print(unsigned nr, uint64_t ms, bool full)
{
	uint64_t programs = 0, good = 0, bad = 0;

	for (unsigned i = 0; i < nr; i++) {
		programs += programs_done[i];
		for (unsigned k = 0; k < 512; k++) {
			if (workers[i].results[k] >> 32 || workers[i].failures[k] >> 32)
				continue;                       /* a program wrote there */
			good += workers[i].results[k];
			bad += workers[i].failures[k];
		}
	}
	coverage_print(workers, nr, full);
	printf("fuzz: %llu programs, %llu calls (%llu succeeded) in %llu.%llu s\n", (unsigned long long)programs,
	       (unsigned long long)(good + bad), (unsigned long long)good, (unsigned long long)ms / 1000, (unsigned long long)ms % 1000 / 100);
}

static int run(uint64_t seed, uint64_t seconds, unsigned nr, bool go_on)
{
	uint64_t start = now_ms(), end = start + seconds * 1000;
	bool ok = round_run(~seed, nr, 1500, 0, false) && round_run(~seed + 99, nr, 1000, 0, true) && self_check(self);

	if (!ok) {
		printf("fuzz: FAILED in the first round, seed %llu\n", (unsigned long long)seed);
		return 1;
	}
	sleep(1);
	oracle_begin();
	for (unsigned r = 0; (ok || go_on) && now_ms() < end; r++) {
		char when[64];
		uint64_t left = end - now_ms();

		snprintf(when, sizeof when, "behind round %u of seed %llu", r, (unsigned long long)seed);
		printf("fuzz: round %u", r);
		oracle_tell();
		ok = round_run(seed * 1000003 + r * 1009, nr, left < ROUND_MS ? left : ROUND_MS, 0, r % 3 == 2);
		ok = self_check(self) && ok;
		ok = oracle_quiet(when, now_ms() >= end) && ok;
		if (!ok)
			printf("fuzz: FAILED in round %u, seed %llu\n", r, (unsigned long long)seed);
	}
	totals_print(nr, now_ms() - start, ok);
	return !ok;
}

static int run_exact(uint64_t seed, unsigned programs)
{
	bool ok;

	exact = true;
	ok = round_run(seed, 1, 0, programs, false);
	totals_print(1, 0, false);
	printf("fuzz: digest %016llx\n", (unsigned long long)workers[0].digest);
	return !ok;
}

static int run_one(uint64_t seed, unsigned times)
{
	bool ok = true;

	mkdir(MOUNT, 0777);
	mount("fuzz", MOUNT, "tmpfs", 0, "size=48m,nr_inodes=4000,mode=777");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (unsigned n = 0; ok && n < times; n++) {
		folder_enter(0, n % 16 == 0);
		ok = program_keep(&workers[0], 0, FIRST_UID, seed);
		if (n == 3)
			oracle_begin();
	}
	ipc_remove_all();
	folder_leave();
	ok = self_check(self) && ok;
	ok = (times < 5 || oracle_quiet("behind the program", true)) && ok;
	totals_print(1, 0, false);
	return !ok;
}

static int run_command(char **argv)
{
	int status = 0;
	bool ok;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (int turn = 0; turn < 2; turn++) {                           /* the first lets caches settle */
		mkdir(MOUNT, 0777);
		mount("fuzz", MOUNT, "tmpfs", 0, "size=48m,mode=777");
		if (chdir(MOUNT))
			return 2;
		if (turn)
			oracle_begin();
		pid_t pid = fork(), got;

		if (!pid) {
			execvp(argv[0], argv);
			_exit(127);
		}
		uint64_t killed = 0, said = now_ms();
		bool gone = false;

		while ((got = waitpid(-1, &status, WNOHANG | __WALL)) >= 0 || errno != ECHILD) {
			if (got == pid)
				gone = true;
			if (gone && !killed)
				killed = progress_ms() + 1;
			if (gone)
				kill_all_of(1000);
			if (killed && progress_ms() > killed + DEAD_MS) {
				printf("fuzz: a task of the command does not die\n");
				return 1;
			}
			if (now_ms() - said > 10000) {           /* the command may be silent, a guest that lives is not */
				said = now_ms();
				printf("fuzz: the command runs\n");
			}
			if (!got)
				usleep(gone ? 2000 : 50000);
		}
		folder_leave();
	}
	ok = self_check(self);
	ok = oracle_quiet("behind the command", true) && ok;
	return !ok;
}

int main(int argc, char **argv)
{
	self = argv[0];
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2)
		return 2;
	programs_done = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	/* All pages now: a program may populate what it inherits, and that is no leak. */
	workers = mmap(NULL, WORKERS * sizeof *workers, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (!strcmp(argv[1], "leaf")) {
		program_run(&workers[0], (uint64_t)getpid(), false, 20);
		return 0;
	}
	signal(SIGALRM, SIG_IGN);                                        /* a number in a slot may be one of another namespace: ours */
	progress_begin();
	coverage_prepare();
	lasting_prepare();
	write_file("/proc/self/oom_score_adj", "-1000");
	if (!strcmp(argv[1], "run") && argc >= 5)
		return run(strtoull(argv[2], NULL, 0), strtoull(argv[3], NULL, 0), (unsigned)atoi(argv[4]), argc > 5);
	if (!strcmp(argv[1], "exact") && argc >= 4)
		return run_exact(strtoull(argv[2], NULL, 0), (unsigned)atoi(argv[3]));
	if (!strcmp(argv[1], "one") && argc >= 3)
		return run_one(strtoull(argv[2], NULL, 16), argc > 3 ? (unsigned)atoi(argv[3]) : 100);
	if (!strcmp(argv[1], "oracle") && argc >= 3)
		return run_command(argv + 2);
	return 2;
}
