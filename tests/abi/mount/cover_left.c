/*
 * What covers a mount that goes by propagation, along with the mount below: it takes the place of the lowest one.
 */
#include "mount.h"

static void mount_with(const char *name, const char *at)
{
	char path[64];

	mount(name, at, "tmpfs", 0, NULL);
	snprintf(path, sizeof path, "%s/%s", at, name);
	touch(path, "");
}

/* a and b show the same and propagate; a/x and b/x, a/x/z and b/x/z too. b/x/z gets a private cover. */
static void build(const char *below, const char *inner)
{
	char path[64], in_b[64];

	mount("a", "a", "tmpfs", 0, NULL);
	mount(NULL, "a", NULL, MS_SHARED, NULL);
	dirs("a/x", NULL);
	mount("a", "b", NULL, MS_BIND, NULL);
	mount_with("x", "a/x");
	snprintf(path, sizeof path, "a/x%s", inner);
	snprintf(in_b, sizeof in_b, "b/x%s", inner);
	mkdir(path, 0755);
	mount_with(below, path);
	mount(NULL, in_b, NULL, MS_PRIVATE, NULL);
	mount_with("cover", in_b);
}

static void end(void)
{
	umount2("b", MNT_DETACH);
	umount2("a", MNT_DETACH);
}

int main(void)
{
	begin();
	dirs("a", "b", NULL);

	build("z", "/z");
	table("a cover deep inside");
	show("umount -l a/x", umount2("a/x", MNT_DETACH));
	judge("b/x shows the cover", has("b/x/cover"));
	table("after it");
	show("umount b/x", umount2("b/x", 0));
	judge("the directory is bare", !has("b/x/cover") && !has("b/x/x"));
	show("it can be removed", rmdir("a/x"));
	end();

	build("z", "");
	table("a cover on a cover");
	show("umount -l a/x", umount2("a/x", MNT_DETACH));
	judge("b/x shows the cover", has("b/x/cover"));
	table("after it");
	show("umount b/x", umount2("b/x", MNT_DETACH));
	table("after that");
	end();

	build("z", "/z");
	dirs("a/x/y", NULL);
	mount_with("y", "a/x/y");
	mount(NULL, "b/x/y", NULL, MS_PRIVATE, NULL);
	mount_with("other", "b/x/y");
	show("with two covers: umount -l a/x", umount2("a/x", MNT_DETACH));
	judge("b/x shows one of them", has("b/x/cover") || has("b/x/other"));
	show("umount b/x", umount2("b/x", 0));
	judge("then the other", has("b/x/cover") || has("b/x/other"));
	show("umount b/x", umount2("b/x", 0));
	judge("then none", !has("b/x/cover") && !has("b/x/other"));
	end();
	table("at the end");
	return 0;
}
