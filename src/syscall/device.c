/* device.c - vhangup(2). */
#include <base/err.h>
#include <drivers/tty.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <linux/capability.h>

SYSCALL(vhangup, void)
{
	if (!capable(CAP_SYS_TTY_CONFIG))
		return -EPERM;
	tty_hangup_current();
	return 0;
}
