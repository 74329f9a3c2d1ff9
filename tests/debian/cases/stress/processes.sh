# limit: 600
# full
# Processes and threads: born, changed, ended.
stressors 20 affinity cap clone context cyclic daemon dynlib exec exit-group fork forkheavy get kcmp kill loadavg \
	nanosleep nice personality pidfd prctl pthread ptrace race-sched resched rseq schedpolicy seccomp session set \
	sleep softlockup spawn switch syscall sysbadaddr sysinfo unshare vdso vfork vforkmany wait x86syscall yield \
	zombie
