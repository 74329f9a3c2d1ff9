# limit: 900
# full
# As a user without rights: exec and spawn, which stress-ng does not run as root, what is refused to others, and mutex, whose
# real-time threads would starve the second worker.
mkdir -m 777 open && cd open && : > log && chmod 666 log
: >> /tests/notes && chmod 666 /tests/notes
setpriv --reuid 65534 --regid 65534 --clear-groups stressors 20 access cap chown chroot exec get kill mknod mlock mq mutex nice \
	personality prctl rlimit schedpolicy set shm-sysv spawn sysinfo umount unshare xattr
