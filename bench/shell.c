/*
 * shell.c - what people run: BusyBox's shell, its pipelines, an archive unpacked.
 *
 * The same static BusyBox on both kernels. The words are chosen so that user work is small
 * beside the kernel's; what user work there is, is the same.
 */
#include "bench.h"

#define WORDS  SCRATCH ".words"
#define FOLDER SCRATCH ".tar.d"
#define TAR    SCRATCH ".tar"

static void shell(const char *command)
{
	pid_t pid = (pid_t)MUST(vfork());
	int status;

	if (!pid) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	MUST(waitpid(pid, &status, 0));
	if (status) {
		errno = EIO;
		bench_fail(command);
	}
}

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

const struct bench bench_shell[] = {
	{ "shell_noop", "shell", NULL, op_noop, NULL, NO_SCALE | SLOW, 0, 0 },
	{ "pipe_grep", "shell", make_words, op_pipe_grep, NULL, NO_SCALE | SLOW, 0, 0 },
	{ "sed_pipeline", "shell", make_words, op_sed, NULL, NO_SCALE | SLOW, 0, 0 },
	{ "sort_uniq", "shell", make_words, op_sort, NULL, NO_SCALE | SLOW, 0, 0 },
	{ "tar_extract", "shell", make_archive, op_tar, NULL, NO_SCALE | SLOW, 0, 0 },
	{ 0 },
};
