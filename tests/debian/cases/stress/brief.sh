# limit: 300
# A stressor of each kind, briefly.
stressors 10 atomic fp brk mmap mprotect vm-addr dentry dir flock rename fork exec pthread vfork futex \
	msg pipe sem sigq sigsegv
