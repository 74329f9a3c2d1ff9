/* unknown_call.c - a thousand calls of a number that no kernel has; exits 0 if each was ENOSYS. */
#define _GNU_SOURCE
#include <errno.h>
#include <unistd.h>

int main(void)
{
	for (int i = 0; i < 1000; i++)
		if (syscall(999) != -1 || errno != ENOSYS)
			return 1;
	return 0;
}
