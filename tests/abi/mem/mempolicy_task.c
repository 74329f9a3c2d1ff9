/* set_mempolicy, get_mempolicy of a task: modes, flags, masks and their lengths; fork, threads, exec. */
#include "mempolicy.h"
#include <pthread.h>

static uint64_t mask[1024];

static void modes(void)
{
	static const unsigned flags[] = { 0, 1u << 15, 1u << 14, 1u << 13, 3u << 14, 3u << 13, 5u << 13 };
	static const uint64_t masks[] = { 0, 1, 2, 3 };
	char what[64];

	for (unsigned m = 0; m < 8; m++)
		for (unsigned f = 0; f < 7; f++)
			for (unsigned k = 0; k < 4; k++) {
				mask[0] = masks[k];
				snprintf(what, sizeof what, "mode %u, flags %#x, nodes %#lx", m, flags[f], mask[0]);
				if (show(what, set_policy((int)(m | flags[f]), mask, 65)) == 0)
					show_policy("  is", NULL);
			}
	mask[0] = 1;
	show("mode -1", set_policy(-1, mask, 65));
	show("mode 0x1000", set_policy(0x1002, mask, 65));
	mask[0] = 0, mask[15] = 1ull << 63, mask[1] = 5;
	show("static, high nodes only", set_policy(MPOL_BIND | MPOL_F_STATIC_NODES, mask, 1025));
	show("relative, high nodes only", set_policy(MPOL_BIND | MPOL_F_RELATIVE_NODES, mask, 1025));
	show_policy("  is", NULL);
	mask[0] = 1;
	show("static, high nodes too", set_policy(MPOL_INTERLEAVE | MPOL_F_STATIC_NODES, mask, 1025));
	show_policy("  is", NULL);
	show("back", set_policy(MPOL_DEFAULT, NULL, 0));
	show_policy("  is", NULL);
}

static void lengths(void)
{
	static const unsigned long max[] = { 0, 1, 2, 3, 64, 65, 66, 1024, 1025, 1026, 1030, 1090, 1100, 2000, 32768, 32769, 32770, 1ul << 40, -1ul };
	char *edge = page_edge(), what[48];

	memset(mask, 0, sizeof mask);
	mask[0] = 1;
	for (unsigned i = 0; i < sizeof max / sizeof *max; i++) {
		snprintf(what, sizeof what, "bind, %lu", max[i]);
		show(what, set_policy(MPOL_BIND, mask, max[i]));
		snprintf(what, sizeof what, "bind, NULL, %lu", max[i]);
		show(what, set_policy(MPOL_BIND, NULL, max[i]));
		snprintf(what, sizeof what, "local, NULL, %lu", max[i]);
		show(what, set_policy(MPOL_LOCAL, NULL, max[i]));
		snprintf(what, sizeof what, "mode 9, bad mask, %lu", max[i]);
		show(what, set_policy(9, edge, max[i]));
		snprintf(what, sizeof what, "bad mask, %lu", max[i]);
		show(what, set_policy(MPOL_BIND, edge, max[i]));
		mask[16] = 1ull << 40;
		snprintf(what, sizeof what, "bit 1064, %lu", max[i]);
		show(what, set_policy(MPOL_BIND, mask, max[i]));
		mask[16] = 0;
	}
	memcpy(edge - 8, mask, 8);
	show("one word, 65", set_policy(MPOL_BIND, edge - 8, 65));
	show("one word, 66", set_policy(MPOL_BIND, edge - 8, 66));
	for (unsigned i = 0; i < sizeof max / sizeof *max; i++) {
		uint64_t got[1024];
		int mode = -1;
		unsigned n = 0;

		memset(got, 0xee, sizeof got);
		snprintf(what, sizeof what, "get, %lu", max[i]);
		show(what, get_policy(&mode, got, max[i], NULL, 0));
		while (n < 1024 && got[n] != 0xeeeeeeeeeeeeeeee)
			n++;
		say("  mode %d, words %u, first %#lx\n", mode, n, got[0]);
	}
}

static void answers(void)
{
	uint64_t got[20] = { 7 };
	char *edge = page_edge();
	int mode;

	mask[0] = 1;
	set_policy(MPOL_BIND, mask, 65);
	for (unsigned f = 0; f < 16; f++) {
		char what[32];

		mode = -1;
		snprintf(what, sizeof what, "get, flags %u", f);
		show(what, get_policy(&mode, got, 65, NULL, f));
		say("  mode %d nodes %#lx\n", mode, got[0]);
		mode = -1;
		snprintf(what, sizeof what, "get, flags %u, addr", f);
		show(what, get_policy(&mode, got, 65, what, f));
		say("  mode %d nodes %#lx\n", mode, got[0]);
	}
	show("get, high flag", get_policy(&mode, got, 65, NULL, 1ul << 32));
	set_policy(MPOL_INTERLEAVE, mask, 65);
	show("next node", get_policy(&mode, NULL, 0, NULL, MPOL_F_NODE));
	say("  %d\n", mode);
	set_policy(MPOL_WEIGHTED, mask, 65);
	show("next node, weighted", get_policy(&mode, NULL, 0, NULL, MPOL_F_NODE));
	set_policy(MPOL_DEFAULT, NULL, 0);
	show("next node of none", get_policy(&mode, NULL, 0, NULL, MPOL_F_NODE));
	show("nowhere", get_policy(&mode, NULL, 0, edge + PAGE, MPOL_F_ADDR));
	show("no page may be there", get_policy(&mode, NULL, 0, edge, MPOL_F_ADDR | MPOL_F_NODE));
	show("kernel", get_policy(&mode, NULL, 0, KERNEL_ADDRESS, MPOL_F_ADDR));
	show("a page that was not touched", get_policy(&mode, NULL, 0, edge - 8, MPOL_F_ADDR | MPOL_F_NODE));
	say("  %d\n", mode);
	show("NULL, NULL", get_policy(NULL, NULL, 0, NULL, 0));
	show("bad mode", get_policy((int *)edge, NULL, 0, NULL, 0));
	show("bad mask", get_policy(NULL, edge, 65, NULL, 0));
	show("bad mask, far", get_policy(NULL, edge - 8, 1025, NULL, 0));
	show("mask too short", get_policy((int *)edge, got, 0, NULL, 64));
}

static void *thread(void *arg) { show_policy(arg, NULL); set_policy(MPOL_DEFAULT, NULL, 0); return NULL; }

static void inherited(void)
{
	pthread_t t;
	pid_t pid;

	mask[0] = 1;
	set_policy(MPOL_BIND | MPOL_F_STATIC_NODES, mask, 65);
	pthread_create(&t, NULL, thread, "thread");
	pthread_join(t, NULL);
	show_policy("after the thread chose another", NULL);
	pid = fork();
	if (!pid) {
		show_policy("child", NULL);
		execl("/proc/self/exe", "x", "child", NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		show_policy("after exec", NULL);
		return 0;
	}
	show_policy("first", NULL);
	modes();
	lengths();
	answers();
	inherited();
	return 0;
}
