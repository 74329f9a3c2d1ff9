/*
 * ioctl.c - ioctl(2) on sockets, whatever their family: who gets SIGIO and SIGURG, and what is asked of network devices.
 *
 * There are no devices: each name and number is unknown. The order of checks is Linux's.   Context: task, may sleep.
 */
#include <fs/owner.h>
#include <linux/fcntl.h>
#include <linux/sockios.h>
#include "net_priv.h"

/* struct ifreq and struct ifconf: <linux/if.h> wants a C library's headers. */
struct ifreq_k { char name[16]; uint64_t value[3]; };
struct ifconf_k { int len, pad; uint64_t to; };

static long owner_set(struct file *f, uaddr_t arg)
{
	int nr;

	if (user_read(&nr, arg))
		return -EFAULT;
	if (nr == INT32_MIN)
		return -EINVAL;
	return file_owner_set(f, nr < 0 ? F_OWNER_PGRP : F_OWNER_PID, nr < 0 ? -nr : nr);
}

static long owner_get(struct file *f, uaddr_t arg)
{
	int type, nr = file_owner_get(f, &type);

	if (type == F_OWNER_PGRP)
		nr = -nr;
	return user_write(arg, &nr);
}

/* SIOCGIFCONF: addresses of devices, none. */
static long list_addresses(uaddr_t arg)
{
	struct ifconf_k c;

	if (user_read(&c, arg))
		return -EFAULT;
	c.len = 0;
	return user_write(arg, &c.len);
}

/* Of one device, which is not there. */
static long ask_device(unsigned cmd, uaddr_t arg)
{
	struct ifreq_k r;
	uint32_t request;

	if (user_read(&r, arg))
		return -EFAULT;
	switch (cmd) {
	case SIOCGIFMEM:
	case SIOCSIFMEM:
	case SIOCSIFLINK:
		return -ENOTTY;
	case SIOCETHTOOL:
		return user_read(&request, UADDR(r.value[0])) ? -EFAULT : -ENODEV;
	case SIOCGIFNAME:
	case SIOCGIFHWADDR:
	case SIOCGIFFLAGS:
	case SIOCGIFMETRIC:
	case SIOCGIFMTU:
	case SIOCGIFSLAVE:
	case SIOCGIFMAP:
	case SIOCGIFINDEX:
	case SIOCGIFTXQLEN:
	case SIOCBONDSLAVEINFOQUERY:
	case SIOCBONDINFOQUERY:
	case SIOCWANDEV:
	case SIOCGHWTSTAMP:
	case SIOCDEVPRIVATE ... SIOCDEVPRIVATE + 15:
		return -ENODEV;
	case SIOCSIFMAP:
	case SIOCSIFTXQLEN:
	case SIOCGMIIPHY:
	case SIOCGMIIREG:
	case SIOCSIFNAME:
	case SIOCSIFFLAGS:
	case SIOCSIFMETRIC:
	case SIOCSIFMTU:
	case SIOCSIFHWADDR:
	case SIOCSIFSLAVE:
	case SIOCADDMULTI:
	case SIOCDELMULTI:
	case SIOCSIFHWBROADCAST:
	case SIOCSMIIREG:
	case SIOCBONDENSLAVE:
	case SIOCBONDRELEASE:
	case SIOCBONDSETHWADDR:
	case SIOCBONDCHANGEACTIVE:
	case SIOCSHWTSTAMP:
		return capable(CAP_NET_ADMIN) ? -ENODEV : -EPERM;
	default:
		return -ENOTTY;
	}
}

long sock_ioctl(struct file *f, unsigned cmd, uint64_t arg)
{
	struct sock *s = sock_of(f);
	long ret;

	switch (cmd) {
	case FIOSETOWN:
	case SIOCSPGRP:
		return owner_set(f, UADDR(arg));
	case FIOGETOWN:
	case SIOCGPGRP:
		return owner_get(f, UADDR(arg));
	case SIOCGIFBR:
	case SIOCSIFBR:
	case SIOCBRADDBR:
	case SIOCBRDELBR:
	case SIOCBRADDIF:
	case SIOCBRDELIF:
	case SIOCGIFVLAN:
	case SIOCSIFVLAN:
		return -ENOPKG;                         /* modules that nobody has */
	case SIOCGSTAMP_OLD:
	case SIOCGSTAMPNS_OLD:
		return -ENOTTY;                         /* no packet here has a device's time */
	case SIOCGIFCONF:
		return list_addresses(UADDR(arg));
	}
	ret = s->ops->ioctl(s, cmd, arg);
	if (ret != -ENOTTY || (cmd >> 8 & 0xff) != 0x89)
		return ret;
	return ask_device(cmd, UADDR(arg));
}
