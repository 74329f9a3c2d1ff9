# limit: 900
# full
# As a user without rights: exec and spawn, which stress-ng does not run as root, and what is refused to others.
mkdir -m 777 open && cd open && : > log && chmod 666 log
: >> /tests/notes && chmod 666 /tests/notes
setpriv --reuid 65534 --regid 65534 --clear-groups stressors 20 access cap chown chroot exec get kill mknod mlock mq nice \
	personality prctl rlimit schedpolicy set shm-sysv spawn sysinfo umount unshare xattr
