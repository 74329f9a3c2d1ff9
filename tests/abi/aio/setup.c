/*
 * setup.c - io_setup(2), io_destroy(2): bad arguments, the ring, the limit of the system.
 */
#include "aio.h"

static long number(const char *path)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY);

	(void)!read(fd, text, sizeof text - 1);
	close(fd);
	return atol(text);
}

static aio_context_t ctx;
static void in_fork(void)
{
	struct io_event e;
	struct timespec zero = { 0 };

	show("child: its parent's context", io_getevents(ctx, 0, 1, &e, &zero));
	show("child: destroys it", io_destroy(ctx));
}

int main(void)
{
	aio_context_t other = 0, used = 1, none = 0;
	const struct ring *r;
	char line[256];
	FILE *maps;
	void *to;

	show("no memory for the result", io_setup(1, NULL));
	show("a context there already", io_setup(1, &used));
	show("none", io_setup(0, &none));
	show("beyond any ring", io_setup(0x7fffffff, &none));
	show("beyond the limit", io_setup(number("/proc/sys/fs/aio-max-nr") + 1, &none));
	show("limit", number("/proc/sys/fs/aio-max-nr"));
	show("in use", number("/proc/sys/fs/aio-nr"));
	show("setup", io_setup(100, &ctx));
	show("second", io_setup(1, &other));
	show("in use", number("/proc/sys/fs/aio-nr"));
	r = (const struct ring *)ctx;
	judge("ring holds twice as many", r->nr >= 200);
	say("ring: id %u head %u tail %u magic %x compat %u incompat %u header %u\n", r->id, r->head, r->tail, r->magic, r->compat,
	    r->incompat, r->header);
	show("id of the second", ((const struct ring *)other)->id);
	maps = fopen("/proc/self/maps", "r");
	while (fgets(line, sizeof line, maps))
		if (strstr(line, "aio"))
			say("%.4s %s", strchr(line, ' ') + 1, strchr(line, '/'));
	in_child("fork", in_fork);
	show("wrong address", io_destroy(ctx + 4096));
	show("nonsense", io_destroy(12345));
	show("zero", io_destroy(0));
	show("destroy", io_destroy(ctx));
	show("again", io_destroy(ctx));
	show("its ring is gone", msync((void *)ctx, PAGE, MS_ASYNC));
	show("in use", number("/proc/sys/fs/aio-nr"));
	to = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	to = mremap((void *)other, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	judge("ring moved", to != MAP_FAILED);
	show("by its old address", io_destroy(other));
	show("by its new address", io_destroy((aio_context_t)to));
	show("in use", number("/proc/sys/fs/aio-nr"));
	return 0;
}
