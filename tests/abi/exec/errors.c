/* execve(2): what is refused, and why. */
#include "run.h"

static char *const argv0[] = { "x", NULL };

int main(void)
{
	char *edge = page_edge(), longname[5000];
	char *bad[] = { "x", edge, NULL };

	mkdir("/tmp/ex", 0755);
	(void)!chdir("/tmp/ex");
	run("not there", "none", argv0, NULL);
	run("empty name", "", argv0, NULL);
	run("a directory", "/tmp/ex", argv0, NULL);
	put_text("plain", "echo\n", 0644);
	run("no x bit, root", "plain", argv0, NULL);
	run("below a file", "plain/x", argv0, NULL);
	put_text("text", "echo hello\n", 0755);
	run("text without #!", "text", argv0, NULL);
	put_text("empty", "", 0755);
	run("empty file", "empty", argv0, NULL);
	put_text("short", "\177EL", 0755);
	run("three bytes", "short", argv0, NULL);
	symlink("loop", "loop");
	run("a loop", "loop", argv0, NULL);
	memset(longname, 'a', sizeof longname - 1);
	longname[sizeof longname - 1] = 0;
	run("name too long", longname, argv0, NULL);
	longname[300] = 0;
	run("part too long", longname, argv0, NULL);
	run("device", "/dev/null", argv0, NULL);
	mkfifo("fifo", 0755);
	run("fifo", "fifo", argv0, NULL);
	run("bad path", edge, argv0, NULL);
	run("null path", NULL, argv0, NULL);
	run("bad argv", "text", (char **)edge, NULL);
	run("bad argv, no file", "none", (char **)edge, NULL);
	run("bad string", "text", bad, NULL);
	run("bad envp", "text", argv0, (char **)edge);
	run("kernel argv", "text", (char **)KERNEL_ADDRESS, NULL);
	chmod("/tmp/ex", 0755);
	if (!fork()) {
		(void)!setuid(1000);
		put_text("/tmp/mine", "#!/bin/sh\n", 0600);
		run("no x bit, owner", "/tmp/mine", argv0, NULL);
		_exit(0);
	}
	wait(NULL);
}
