# limit: 900
# full
# What is left: asynchronous I/O, handles, caches, odd devices. Many are skipped by Linux, too.
# Left out, for they are about what Percival does not offer: fanotify, io-uring, key, secretmem, userfaultfd,
# usersyscall, netlink-proc and netlink-task (no AF_NETLINK), ioport, pci, physpage (no ports and no physical memory
# for user mode), memhotplug and cpu-online; binderfs, reboot and sysinval, which stress-ng itself refuses; and
# far-branch and llc-affinity, which take the emulator a minute on any kernel; and sysfs, which ends on Linux now so,
# now so.
stressors 20 af-alg aio aiol apparmor bad-ioctl bind-mount cache cacheline dev dnotify efivar enosys flushcache gpu handle \
	hdd idle-page ioprio ipsec-mb jpeg klog kvm l1cache landlock list loop mmaphuge mutex opcode plugin quota rawdev \
	rdrand remap rtc sockpair swap uprobe verity waitcpu watchdog
