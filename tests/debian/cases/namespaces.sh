# unshare(1), nsenter(1), mount(8) and findmnt(8) of util-linux in namespaces of their own.
cd /tmp
echo "== a user, pid and mount namespace"
unshare -Urpf --mount-proc sh -c 'ps -o pid,ppid,comm; id; cat /proc/self/uid_map | tr -s " "'
echo "== as nobody"
setpriv --reuid 1000 --regid 1000 --clear-groups unshare -Urpf --mount-proc sh -c 'id -u; echo $$; ls /proc | grep -c "^[0-9]"; hostname inside 2>&1 | head -c 40; echo'
echo "== hostname"
unshare -u sh -c 'hostname inside; hostname'
test "$(hostname)" = inside || echo "not outside"
echo "== a sandbox"
unshare -Urm sh -e -c '
	mkdir -p /tmp/box
	mount -t tmpfs -o size=1m,mode=755 box /tmp/box
	mkdir /tmp/box/usr /tmp/box/proc /tmp/box/tmp /tmp/box/old /tmp/box/dev
	for d in bin sbin lib lib64; do ln -s usr/$d /tmp/box/$d; done
	mount --rbind /usr /tmp/box/usr
	mount -o remount,bind,ro /tmp/box/usr
	touch /tmp/box/dev/null
	mount --bind /dev/null /tmp/box/dev/null
	chroot /tmp/box sh -c "ls /; touch /usr/x; echo hello > /dev/null && touch /tmp/ok && ls /tmp"
	findmnt -rn -o TARGET,FSTYPE,OPTIONS -R /tmp/box | sed "s/,inode64//; s/,uid=[0-9]*//; s/,gid=[0-9]*//; s/,size=[0-9]*k//; s/,nr_inodes=[0-9]*//"
' 2>&1
test -e /tmp/box/usr || echo "nothing left outside"
echo "== propagation"
unshare -m --propagation private sh -c '
	mkdir -p /tmp/a /tmp/b
	mount -t tmpfs a /tmp/a; mount --make-shared /tmp/a
	mkdir /tmp/a/x
	mount --bind /tmp/a /tmp/b
	mount -t tmpfs x /tmp/a/x
	findmnt -rn -o TARGET,PROPAGATION | grep "^/tmp/[ab]" | sort
	umount /tmp/b/x
	findmnt -rn -o TARGET | grep "^/tmp/[ab]" | sort
	mount --move /tmp/b /tmp/a/x 2>&1 | cut -d: -f1-2
	umount -R /tmp/a
	findmnt -rn -o TARGET | grep "^/tmp/[ab]"
'
echo "== nsenter"
unshare -upf --mount-proc sh -c 'hostname there; exec sleep 30' &
sleep 0.5
inner=$(pgrep -x sleep)
nsenter -t "$inner" -u hostname
nsenter -t "$inner" -p -m ps -e -o pid,comm | sed 's/^ *[2-9][0-9]* / N /'
nsenter -t "$inner" -a ps -e -o pid,comm | head -n 2
kill -9 "$inner"
wait; true
