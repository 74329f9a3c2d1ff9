/*
 * request.c - what to run: read the request's strings, start the command.
 *
 * The strings stay where they are; argv and envp point into them.
 */
#include "init.h"
#include "protocol.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* What a login would have set; the request's own values go before. */
static char *const default_env[] = {
	"PATH=" DEFAULT_PATH, "HOME=/root", "USER=root", "LOGNAME=root",
	"SHELL=/bin/sh", "TERM=linux",
};

static char default_shell[] = "/bin/sh";

/* True if some entry of envp sets the same name as `entry`. */
static bool env_has(char **envp, const char *entry)
{
	size_t len = strcspn(entry, "=") + 1;

	for (; *envp; envp++)
		if (strncmp(*envp, entry, len) == 0)
			return true;
	return false;
}

static void env_add_defaults(char **envp)
{
	char **end = envp;

	while (*end)
		end++;
	for (size_t i = 0; i < sizeof default_env / sizeof default_env[0]; i++) {
		if (!env_has(envp, default_env[i]))
			*end++ = default_env[i];
		*end = NULL;
	}
}

static void request_take(struct request *req, char *item, char ***argv, char ***envp)
{
	char *value = item + 1;

	switch (item[0]) {
	case REQ_ARG:
		*(*argv)++ = value;
		break;
	case REQ_ENV:
		*(*envp)++ = value;
		break;
	case REQ_CWD:
		req->cwd = value;
		break;
	case REQ_TERMINAL:
		req->terminal = value;
		break;
	case REQ_SIZE:
		req->rows = (unsigned)strtoul(value, &value, 10);
		req->cols = (unsigned)strtoul(value, NULL, 10);
		break;
	case REQ_MEMINFO:
		req->wants_meminfo = true;
		break;
	}
}

void request_parse(struct request *req, char *text, size_t len)
{
	/* No more words than bytes / 2: each has a key and a NUL. */
	size_t max_words = len / 2 + 1;
	size_t nr_defaults = sizeof default_env / sizeof default_env[0];
	char **argv = calloc(max_words + 2, sizeof *argv);
	char **envp = calloc(max_words + nr_defaults + 1, sizeof *envp);

	memset(req, 0, sizeof *req);
	if (!argv || !envp) {
		say("no memory for the request", NULL);
		power_off();
	}
	req->argv = argv;
	req->envp = envp;
	if (len)
		text[len - 1] = '\0';
	for (char *end = text + len; text < end; text += strlen(text) + 1)
		request_take(req, text, &argv, &envp);
	if (!req->argv[0])
		req->argv[0] = default_shell;
	env_add_defaults(req->envp);
}

_Noreturn void request_exec(const struct request *req)
{
	extern char **environ;
	int err;

	if (req->cwd && chdir(req->cwd) < 0 && chdir("/") < 0)
		say("cannot change to ", req->cwd, ": ", strerror(errno), NULL);
	environ = req->envp;            /* execvp searches this PATH */
	execvp(req->argv[0], req->argv);
	err = errno;
	say(req->argv[0], ": ", strerror(err), NULL);
	_exit(err == ENOENT || err == ENOTDIR ? 127 : 126);
}
