/* A group that is orphaned while a member is stopped gets SIGHUP and SIGCONT; others do not. */
#include "../show.h"

static volatile int hups, conts;
static void hup(int sig) { (void)sig; hups++; }
static void cont(int sig) { (void)sig; conts++; }

static void probe(const char *what, bool stop)
{
	int out[2], status;
	char line[64] = "";
	pid_t parent;

	(void)!pipe(out);
	parent = fork();
	if (!parent) {
		pid_t pid;

		setsid();
		pid = fork();
		if (!pid) {
			signal(SIGHUP, hup);
			signal(SIGCONT, cont);
			setpgid(0, 0);
			if (stop)
				raise(SIGSTOP);
			else
				sleep_ms(60);
			sleep_ms(20);
			snprintf(line, sizeof line, "hups %d continued %d parent is init or so: %d", hups, conts, getppid() == 1);
			(void)!write(out[1], line, sizeof line);
			_exit(0);
		}
		setpgid(pid, pid);
		if (stop)
			waitpid(pid, &status, WUNTRACED);
		else
			sleep_ms(20);
		_exit(0);
	}
	close(out[1]);
	waitpid(parent, &status, 0);
	(void)!read(out[0], line, sizeof line);
	say("%s: %s\n", what, line);
	close(out[0]);
}

int main(void)
{
	probe("stopped", true);
	probe("not stopped", false);
}
