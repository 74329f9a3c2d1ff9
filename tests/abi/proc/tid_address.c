/* set_tid_address(2): cleared and woken at a thread's end if others share the memory. */
#include "../show.h"
#include <linux/futex.h>
#include <pthread.h>

static volatile int word = 5;

static void *thread(void *arg)
{
	(void)arg;
	judge("returns the tid", syscall(SYS_set_tid_address, &word) == syscall(SYS_gettid));
	sleep_ms(30);
	syscall(SYS_exit, 0);
	return NULL;
}

int main(void)
{
	volatile int *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct timespec t = { 2, 0 };
	pthread_t a;
	pid_t pid;

	pthread_create(&a, NULL, thread, NULL);
	show("wait for it", syscall(SYS_futex, &word, FUTEX_WAIT, 5, &t, NULL, 0));
	say("word %d\n", word);
	*shared = 7;
	pid = fork();
	if (!pid) {
		syscall(SYS_set_tid_address, shared);
		syscall(SYS_exit_group, 0);
	}
	waitpid(pid, NULL, 0);
	say("memory not shared as such: word %d\n", *shared);
	pid = fork();
	if (!pid) {
		syscall(SYS_set_tid_address, KERNEL_ADDRESS);
		syscall(SYS_exit_group, 3);
	}
	int status;
	waitpid(pid, &status, 0);
	say("bad address: %s\n", ending(status));
}
