/*
 * full.c - requests only as many as the ring has room for; results across the end of the ring.
 */
#include "aio.h"

int main(void)
{
	int fd = open("file", O_RDWR | O_CREAT, 0600);
	struct timespec zero = { 0 };
	struct io_event e[16];
	long sum = 0, taken = 0, order = 0, n;
	aio_context_t ctx = 0;
	struct ring *r;
	struct iocb cb = iocb_make(IOCB_CMD_PREAD, fd, NULL, 0, 0);

	if (io_setup(4, &ctx))
		fatal("io_setup");
	r = (struct ring *)ctx;
	for (n = 0; submit_one(ctx, &cb) == 1; n++)
		cb.aio_data = n + 1;
	say("%s when the ring is full\n", errno_name(errno));
	judge("ring full but for one", n <= (long)r->nr - 1 && n > (long)r->nr / 2);
	judge("tail where the count says", r->tail == (unsigned)n % r->nr);
	show("take 16", io_getevents(ctx, 16, 16, e, NULL));
	show("head", r->head);
	for (int i = 0; i < 300; i++) {
		cb.aio_data = 1000 + i;
		if (submit_one(ctx, &cb) == 1)
			sum++;
		if (i % 7 == 0)
			taken += io_getevents(ctx, 1, 7, e, &zero);
	}
	judge("more when places are free", sum > 16);
	while ((n = io_getevents(ctx, 1, 16, e, &zero)) > 0) {
		for (long i = 0; i < n; i++) {
			order += (long)e[i].data < order ? 1000000 : 0;
			order = e[i].data;
		}
		taken += n;
	}
	judge("in order", order < 2000);
	judge("all taken", r->head == r->tail);
	show("destroy", io_destroy(ctx));
	return 0;
}
