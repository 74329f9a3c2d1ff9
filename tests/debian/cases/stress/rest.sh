# limit: 900
# full
# What is left: asynchronous I/O, handles, caches, odd devices. Many are skipped by Linux, too.
# Of `stress-ng --stressors` no case runs: what needs a network or AF_NETLINK (dccp, icmp-flood, netdev, netlink-proc,
# netlink-task, ping-sock, rawpkt, rawsock, rawudp, sctp, sock, sockabuse, sockdiag, sockmany, tun, udp, udp-flood); what Percival
# does not offer (fanotify, io-uring, key, secretmem, userfaultfd, usersyscall; ioport, pci, physpage and smi: no ports and no
# physical memory for user mode; memhotplug, cpu-online: neither comes nor goes); binderfs, which no kernel here has; and sysfs,
# which ends on Linux now so, now so. rdrand, tsc and x86syscall run, but ask for an Intel CPU, which the emulator's is not.
stressors 20 af-alg aio aiol apparmor bad-ioctl bind-mount cache cacheline dev dnotify efivar enosys flushcache gpu handle \
	hdd idle-page ioprio ipsec-mb jpeg klog kvm l1cache landlock list loop mmaphuge opcode plugin quota rawdev \
	rdrand remap rtc sockpair swap uprobe verity waitcpu watchdog
