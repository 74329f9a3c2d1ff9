/*
 * chrdev.c - character devices: ranges of device numbers and what serves them.
 *
 * Filled during bring-up by one thread, read-only afterwards: lookups take no lock.
 */
#include <base/err.h>
#include <fs/file.h>
#include <mm/slab.h>

struct chrdev_range {
	struct chrdev_range *next;
	unsigned major, minor_from, count;
	const struct file_ops *ops;
	const char *name;
};
static struct chrdev_range *ranges __ro_after_init;  /* in order of registration */

int chrdev_register(unsigned major, unsigned minor_from, unsigned count, const struct file_ops *ops, const char *name)
{
	struct chrdev_range *r = kzalloc(sizeof *r), **end = &ranges;

	if (!r)
		return -ENOMEM;
	r->major = major;
	r->minor_from = minor_from;
	r->count = count;
	r->ops = ops;
	r->name = name;
	while (*end)
		end = &(*end)->next;
	*end = r;
	return 0;
}

const struct file_ops *chrdev_find(dev_num_t d)
{
	unsigned major = DEV_MAJOR(d), minor = DEV_MINOR(d);

	for (const struct chrdev_range *r = ranges; r; r = r->next)
		if (r->major == major && minor - r->minor_from < r->count)
			return r->ops;
	return NULL;
}

bool chrdev_info(unsigned i, unsigned *major, const char **name)
{
	const struct chrdev_range *r = ranges;

	while (r && i--)
		r = r->next;
	if (!r)
		return false;
	*major = r->major;
	*name = r->name;
	return true;
}
