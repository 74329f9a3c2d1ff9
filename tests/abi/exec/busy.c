/* ETXTBSY: a file open for writing is not executed, one that runs is not written. */
#include "run.h"

int main(int argc, char **argv)
{
	int fd, status, gate[2];
	pid_t pid;
	char c;

	if (!strcmp(argv[0], "wait")) {
		(void)!read(0, &c, 1);
		return 3;
	}
	(void)argc;
	put_self("/tmp/busy", 0755);
	fd = open("/tmp/busy", O_WRONLY);
	run("open for writing", "/tmp/busy", (char *[]){ "wait", NULL }, NULL);
	close(fd);
	fd = open("/tmp/busy", O_RDWR);
	run("open for both", "/tmp/busy", (char *[]){ "wait", NULL }, NULL);
	close(fd);
	put_text("/tmp/busy.sh", "#!/bin/sh\nexit 4\n", 0755);
	fd = open("/tmp/busy.sh", O_WRONLY);
	run("a script open for writing", "/tmp/busy.sh", (char *[]){ "x", NULL }, NULL);
	close(fd);
	(void)!pipe(gate);
	pid = fork();
	if (!pid) {
		dup2(gate[0], 0);
		execve("/tmp/busy", (char *[]){ "wait", NULL }, NULL);
		_exit(1);
	}
	sleep_ms(100);
	show("write a running one", open("/tmp/busy", O_WRONLY));
	show("truncate on open", open("/tmp/busy", O_RDWR | O_TRUNC));
	show("truncate", truncate("/tmp/busy", 0));
	show_ok("read", open("/tmp/busy", O_RDONLY));
	show("rename over it", (put_text("/tmp/other", "x", 0755), rename("/tmp/other", "/tmp/busy")));
	show_ok("then the name is free", open("/tmp/busy", O_WRONLY));
	(void)!write(gate[1], "x", 1);
	waitpid(pid, &status, 0);
	say("%s\n", ending(status));
}
