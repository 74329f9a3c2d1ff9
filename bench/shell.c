/*
 * shell.c - what people run: BusyBox's shell, its pipelines, an archive unpacked.
 *
 * The same static BusyBox on both kernels: /bin/sh, which runs the other programs as processes
 * or as its own, the same on both. The input is small so that the kernel's work (fork, exec, faults,
 * pipes, names) outweighs the user's.
 *
 * Floor: the fork_exit, exec_true, pipe and fault figures times what the command does.
 */
#include "bench.h"

#define WORDS  SCRATCH ".words"
#define FOLDER SCRATCH ".tar.d"
#define TAR    SCRATCH ".tar"
#define TREE   SCRATCH ".tree"

static void shell(const char *command)
{
	pid_t pid = (pid_t)MUST(vfork());
	int status;

	if (!pid) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	MUST(waitpid(pid, &status, 0));
	if (status)
		bench_fail_with(command, "exit status not 0");
}

/* 2000 lines, 500 different first words. */
static void make_words(struct run *r)
{
	FILE *f = fopen(WORDS, "w");

	(void)r;
	if (!f)
		bench_fail(WORDS);
	for (unsigned i = 0; i < 2000; i++)
		fprintf(f, "word%u line %u\n", i * 7919 % 2003 % 500, i);
	fclose(f);
}

/* 40 files of 8 KiB in an archive. */
static void make_archive(struct run *r)
{
	(void)r;
	shell("rm -rf " FOLDER "; mkdir " FOLDER " && cd " FOLDER " && for i in 0 1 2 3; do mkdir d$i; "
	      "for j in 0 1 2 3 4 5 6 7 8 9; do dd if=/dev/zero of=d$i/f$j bs=8k count=1 2>/dev/null; done; done; "
	      "tar -cf " TAR " . && rm -rf d0 d1 d2 d3");
}

#define SHELL(name, command) \
	static void name(struct run *r, unsigned long n) \
	{ \
		(void)r; \
		for (; n; n--) \
			shell(command); \
	}

SHELL(op_noop, ":")
SHELL(op_pipe_grep, "cat " WORDS " | grep word42 | wc -l >/dev/null")
SHELL(op_sed, "sed 's/line/LINE/' " WORDS " | sed -n '/LINE 1/p' | tail -n 3 >/dev/null")
SHELL(op_sort, "sort " WORDS " | uniq | wc -l >/dev/null")
SHELL(op_tar, "cd " FOLDER " && tar -xf " TAR " && rm -rf d0 d1 d2 d3")
/* 10 folders with 10 files each made, found, counted and removed. */
SHELL(op_tree, "mkdir " TREE " && cd " TREE " && for d in 0 1 2 3 4 5 6 7 8 9; do mkdir $d; "
	       "for f in 0 1 2 3 4 5 6 7 8 9; do echo $f >$d/$f; done; done; "
	       "[ $(find . -type f | wc -l) = 100 ] && cd / && rm -r " TREE)

const struct bench bench_shell[] = {
	{ "shell_noop", "shell", NULL, op_noop, NULL, .flags = NO_SCALE | SLOW },
	{ "pipe_grep", "shell", make_words, op_pipe_grep, NULL, .flags = NO_SCALE | SLOW },
	{ "sed_pipeline", "shell", make_words, op_sed, NULL, .flags = NO_SCALE | SLOW },
	{ "sort_uniq", "shell", make_words, op_sort, NULL, .flags = NO_SCALE | SLOW },
	{ "file_tree", "shell", NULL, op_tree, NULL, .flags = NO_SCALE | SLOW },
	{ "tar_extract", "shell", make_archive, op_tar, NULL, .flags = NO_SCALE | SLOW },
	{ 0 },
};
