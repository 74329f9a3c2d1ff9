# limit: 600
# full
# Files and directories.
stressors 20 access chattr chdir chmod chown chroot close copy-file dentry dev-shm dir dirdeep dirmany dup env fallocate \
	fcntl fiemap file-ioctl filename flock fpunch fstat fsize getdent inode-flags inotify io iomix lease link \
	locka lockf lockofd mknod open procfs ramfs readahead rename revio rotate seek symlink sync-file tmpfs touch \
	umount urandom utime xattr
