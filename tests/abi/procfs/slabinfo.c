/*
 * slabinfo.c - /proc/slabinfo: version, columns, and that the figures of each row fit together.
 */
#include "../show.h"

int main(void)
{
	char line[512], name[64];
	unsigned long active, objects, size, per_slab, pages, limit, batch, share, active_slabs, slabs, available, rows = 0, bad = 0;
	FILE *f = fopen("/proc/slabinfo", "r");

	if (!f)
		fatal("slabinfo");
	for (int n = 0; n < 2 && fgets(line, sizeof line, f); n++)
		say("%s", line);
	while (fgets(line, sizeof line, f)) {
		rows++;
		if (sscanf(line, "%63s %lu %lu %lu %lu %lu : tunables %lu %lu %lu : slabdata %lu %lu %lu", name, &active, &objects, &size, &per_slab,
			   &pages, &limit, &batch, &share, &active_slabs, &slabs, &available) != 12)
			bad++;
		else if (active > objects || active_slabs > slabs || objects != slabs * per_slab || size * per_slab > pages * PAGE)
			bad++;
	}
	judge("there are rows", rows > 10);
	say("that do not fit: %lu\n", bad);
	return 0;
}
