# limit: 600
# full
# Address spaces: mapping, protecting, moving, locking, faulting.
stressors 20 bad-altstack bigheap brk fault full madvise malloc mcontend memfd memthrash mincore mlock mmap \
	mmapaddr mmapfixed mmapfork mmapmany mprotect mremap msync msyncmany munmap null numa pageswap pkey pagemove \
	resources rmap rlimit seal shm shm-sysv stack stackmmap tlb-shootdown vm vm-addr vm-rw vm-segv vm-splice zero
