/*
 * tables.c - filesystems, devices, interrupts, softirqs, mounts, mountinfo, consoles: their form.
 */
#include "text.h"
#include <sys/mount.h>
#include <sys/stat.h>

static void has(const char *path, const char *what)
{
	slurp(path);
	say("%s %s: %s\n", path, what, strstr(proc_text, what) ? "yes" : "no");
}

int main(void)
{
	static const char *const softirqs[] = { "HI:", "TIMER:", "NET_TX:", "NET_RX:", "BLOCK:", "IRQ_POLL:", "TASKLET:", "SCHED:", "HRTIMER:", "RCU:" };

	has("/proc/filesystems", "nodev\ttmpfs\n");
	has("/proc/filesystems", "nodev\tproc\n");
	has("/proc/filesystems", "nodev\tsysfs\n");
	has("/proc/filesystems", "nodev\tdevtmpfs\n");
	has("/proc/filesystems", "nodev\tdevpts\n");
	has("/proc/filesystems", "nodev\tmqueue\n");
	has("/proc/devices", "Character devices:\n  1 mem\n");
	has("/proc/devices", "\n  5 /dev/tty\n");
	has("/proc/devices", "\n  5 /dev/console\n");
	has("/proc/devices", "\n  5 /dev/ptmx\n");
	has("/proc/devices", "\n  4 ttyS\n");
	has("/proc/devices", "\n136 pts\n");
	has("/proc/devices", "\n\nBlock devices:\n");
	has("/proc/interrupts", "           CPU0  ");
	has("/proc/interrupts", "\nLOC: ");
	has("/proc/interrupts", "   Local timer interrupts\n");
	has("/proc/interrupts", "   Rescheduling interrupts\n");
	has("/proc/interrupts", "   Function call interrupts\n");
	has("/proc/interrupts", "   TLB shootdowns\n");
	has("/proc/interrupts", "\nNMI: ");
	has("/proc/interrupts", "\nERR: ");
	for (int i = 0; i < 10; i++)
		has("/proc/softirqs", softirqs[i]);
	has("/proc/consoles", "ttyS0                -W- (EC");
	mkdir("m", 0700);
	show("mount", mount("a b", "m", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, "size=64k,mode=700"));
	slurp("/proc/self/mounts");
	say("%s", strstr(proc_text, "a\\040b"));
	slurp("/proc/self/mountinfo");
	say("%s", strstr(proc_text, " / /") ? strstr(proc_text, " ro,nosuid") : "");
	umount("m");
	return 0;
}
