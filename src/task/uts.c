/* uts.c - host and domain name. uts_lock: both names. */
#include <task/uts.h>
#include <lib/string.h>
#include <sync/spinlock.h>

static struct spinlock uts_lock = SPINLOCK_INIT(RANK_LEAF);
static char names[2][__NEW_UTS_LEN + 1] = { "(none)", "(none)" };

void uts_get(enum uts_name which, char out[__NEW_UTS_LEN + 1])
{
	spin_lock(&uts_lock);
	memcpy(out, names[which], sizeof names[which]);
	spin_unlock(&uts_lock);
}

void uts_set(enum uts_name which, const char *name, size_t len)
{
	spin_lock(&uts_lock);
	memset(names[which], 0, sizeof names[which]);
	memcpy(names[which], name, len);
	spin_unlock(&uts_lock);
}
