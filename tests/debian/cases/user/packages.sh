# limit: 120
# full
# dpkg and apt: what is installed, a package made, unpacked, configured, upgraded, removed.
dpkg -l coreutils | tail -1 | awk '{ print $1, $2 }'; dpkg -S /bin/sed; dpkg -L sed | grep bin/; dpkg --print-architecture
mkdir -p p/DEBIAN p/usr/share/hello; echo hello > p/usr/share/hello/text
make_package() { printf 'Package: hello-test\nVersion: %s\nArchitecture: all\nMaintainer: A <a@b>\nDepends: libc6\nDescription: test\n' $1 > p/DEBIAN/control
	printf '#!/bin/sh\necho "script $0 $*" | sed "s:/.*/::"\n' | tee p/DEBIAN/postinst p/DEBIAN/prerm > p/DEBIAN/preinst; chmod 755 p/DEBIAN/p*
	dpkg-deb --root-owner-group -b p hello_$1.deb | sed 's:/.*/::'; }
make_package 1.0; dpkg-deb -c hello_1.0.deb | awk '{ print $1, $2, $6 }'; dpkg-deb -f hello_1.0.deb Version
dpkg -i hello_1.0.deb 2>&1 | sed 's/([^)]*)/()/'; cat /usr/share/hello/text; dpkg -s hello-test | grep -e Status -e Version
echo again > p/usr/share/hello/text; make_package 2.0; dpkg -i hello_2.0.deb 2>&1 | sed 's/([^)]*)/()/'; cat /usr/share/hello/text
dpkg -V hello-test; echo "verify $?"; dpkg -r hello-test 2>&1 | sed 's/([^)]*)/()/'; test -e /usr/share/hello; echo "gone $?"; dpkg -P hello-test > /dev/null 2>&1; dpkg -s hello-test 2>&1 | head -1
apt-cache policy sed 2>/dev/null | sed -n '1,2s/[0-9].*/N/p'; apt-get -s remove htop 2>/dev/null | grep -e '^Remv' | cut -d' ' -f1,2; apt-mark showhold; apt-config dump APT::Architecture
apt-get -qq -o Debug::NoLocking=0 -s install ./hello_1.0.deb 2>/dev/null | cut -d' ' -f1,2 | sort
dpkg-query -W -f '${Package}\n' | grep -c -e '^bash$' -e '^gcc$' -e '^git$'
