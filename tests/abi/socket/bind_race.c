/* A name that is bound while its directory is exchanged for a link to another's: nobody gets into the other's place. */
#include "sock.h"
#include <pthread.h>
#include <stdatomic.h>
#include <linux/fs.h>

static atomic_int is_over;

static void *exchange(void *arg)
{
	(void)arg;
	while (!is_over)
		syscall(SYS_renameat2, AT_FDCWD, "d", AT_FDCWD, "link", RENAME_EXCHANGE);
	return NULL;
}

int main(void)
{
	struct sockaddr_un real, mine;
	socklen_t rl = name_path(&real, "real/s"), ml = name_path(&mine, "d/s");
	int victim = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), refused = 0, taken = 0;
	int64_t end = now_ns() + 700000000;
	pthread_t t;
	int own;

	R(mkdir("real", 0755));
	R(mkdir("d", 0755));
	own = open("d", O_PATH);
	R(symlink("real", "link"));
	R(bind(victim, (void *)&real, rl));
	R(listen(victim, 10));
	pthread_create(&t, NULL, exchange, NULL);
	for (int n = 0; n < 3000 && now_ns() < end; n++) {
		int s = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), c = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

		if (!bind(s, (void *)&mine, ml)) {
			listen(s, 10);
			refused += connect(c, (void *)&real, rl) != 0;
			close(c);
			taken += accept(s, NULL, NULL) >= 0;
			close(accept(victim, NULL, NULL));
			unlinkat(own, "s", 0);
		} else {
			close(c);
		}
		close(s);
	}
	is_over = 1;
	pthread_join(t, NULL);
	say("refused %d, taken %d\n", refused, taken);
	return 0;
}
