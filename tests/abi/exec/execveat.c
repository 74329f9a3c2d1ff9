/* execveat(2): descriptors, flags, scripts, and names that a script could not open. */
#include "run.h"

static void at(const char *what, int fd, const char *path, char *const argv[], int flags)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		syscall(SYS_execveat, fd, path, argv, NULL, flags);
		say("%s: %s\n", what, errno_name(errno));
		_exit(126);
	}
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 126)
		say("%s: %s\n", what, ending(status));
}

int main(int argc, char **argv)
{
	char *args[] = { "zero", "one", NULL }, *edge = page_edge();
	int dir, prog, script, kept, path_fd, moved;

	if (argc > 1) {
		for (int i = 0; i < argc; i++)
			say("  [%s]", argv[i]);
		say("\n");
		return 0;
	}
	mkdir("/tmp/ea", 0755);
	(void)!chdir("/tmp/ea");
	put_self("prog", 0755);
	put_text("script", "#!/tmp/ea/prog\n", 0755);
	put_text("plain", "x", 0644);
	symlink("prog", "link");
	dir = open("/tmp/ea", O_RDONLY | O_DIRECTORY);
	prog = open("prog", O_RDONLY | O_CLOEXEC);
	script = open("script", O_RDONLY | O_CLOEXEC);
	kept = open("script", O_RDONLY);
	path_fd = open("prog", O_PATH);
	moved = fcntl(kept, F_DUPFD, 60);
	at("by directory", dir, "prog", args, 0);
	at("by current directory", AT_FDCWD, "prog", args, 0);
	at("absolute", 99, "/tmp/ea/prog", args, 0);
	at("bad descriptor", 99, "prog", args, 0);
	at("a file as directory", prog, "prog", args, 0);
	at("empty path", prog, "", args, AT_EMPTY_PATH);
	at("empty path, no flag", prog, "", args, 0);
	at("empty path, O_PATH", path_fd, "", args, AT_EMPTY_PATH);
	at("empty path, directory", dir, "", args, AT_EMPTY_PATH);
	at("empty path, bad descriptor", 99, "", args, AT_EMPTY_PATH);
	at("link", dir, "link", args, 0);
	at("link, no follow", dir, "link", args, AT_SYMLINK_NOFOLLOW);
	at("no link, no follow", dir, "prog", args, AT_SYMLINK_NOFOLLOW);
	dup2(dir, 61);
	at("script by directory", 61, "script", args, 0);
	at("script by descriptor", moved, "", args, AT_EMPTY_PATH);
	at("script, close on exec", script, "", args, AT_EMPTY_PATH);
	fcntl(dir, F_SETFD, FD_CLOEXEC);
	at("script by directory, close on exec", dir, "script", args, 0);
	at("unknown flag", dir, "prog", args, 0x10000);
	at("AT_REMOVEDIR", dir, "prog", args, AT_REMOVEDIR);
	at("bad path", dir, edge, args, 0);
	at("not executable", dir, "plain", args, 0);
}
