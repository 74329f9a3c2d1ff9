/* reboot(2) inside a pid namespace ends its init, and says how. */
#include "ns.h"
#include <linux/reboot.h>
#include <sys/syscall.h>

static void ask(const char *what, unsigned cmd)
{
	pid_t pid = fork_with(CLONE_NEWPID);

	if (!pid) {
		if (!fork()) {
			show("  reboot", syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, cmd, NULL));
			_exit(1);
		}
		wait(NULL);
		sleep_ms(cmd == LINUX_REBOOT_CMD_CAD_ON ? 0 : 2000);
		_exit(2);
	}
	say("%s: %s\n", what, wait_for(pid));
}

int main(void)
{
	ask("restart", LINUX_REBOOT_CMD_RESTART);
	ask("halt", LINUX_REBOOT_CMD_HALT);
	ask("power off", LINUX_REBOOT_CMD_POWER_OFF);
	ask("other", LINUX_REBOOT_CMD_CAD_ON);
	return 0;
}
