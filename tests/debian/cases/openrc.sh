# limit: 120
# OpenRC starts its runlevels, then shows them.
mkdir -p /run/openrc /run/lock; touch /run/openrc/softlevel
openrc sysinit >/dev/null 2>&1; openrc boot > /dev/null 2>&1; openrc default > /dev/null 2>&1
rc-status -r; rc-status default | sed 's/ *\[.*/ /'
