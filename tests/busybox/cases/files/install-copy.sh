# Sets up a small tree the way an installer would.
mkdir -p root/bin root/etc; cp -p /etc/passwd root/etc; chmod 640 root/etc/passwd; chown root:staff root/etc/passwd; ln -s ../etc/passwd root/bin/pw; (cd root; find . | sort | while read f; do stat -c '%n %A %U %G' $f; done); cat root/bin/pw | head -n 1
