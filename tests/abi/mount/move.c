/* MS_MOVE. */
#include "mount.h"

int main(void)
{
	int fd;

	begin();
	dirs("a", "b", "b/in", "c", "sh", "sh/a", "sh/b", NULL);
	touch("file", "");
	mount("t", "a", "tmpfs", 0, NULL);
	touch("a/f", "1");
	dirs("a/sub", NULL);
	mount("u", "a/sub", "tmpfs", 0, NULL);
	fd = open("a/f", O_RDONLY);
	show("move", mount("a", "b/in", NULL, MS_MOVE, NULL));
	judge("there", has("b/in/f") && !has("a/f"));
	judge("open file goes on", read(fd, &(char){ 0 }, 1) == 1);
	table("table");
	show("no mount", mount("c", "a", NULL, MS_MOVE, NULL));
	show("into itself", mount("b/in", "b/in/sub", NULL, MS_MOVE, NULL));
	show("directory to file", mount("b/in", "file", NULL, MS_MOVE, NULL));
	show("missing", mount("nothing", "a", NULL, MS_MOVE, NULL));
	show("no source", mount(NULL, "a", NULL, MS_MOVE, NULL));
	show("back", mount("b/in", "a", NULL, MS_MOVE, NULL));
	mount("s", "sh", "tmpfs", 0, NULL);
	dirs("sh/a", "sh/b", NULL);
	mount("v", "sh/a", "tmpfs", 0, NULL);
	mount(NULL, "sh", NULL, MS_SHARED, NULL);
	show("away from a shared one", mount("sh/a", "c", NULL, MS_MOVE, NULL));
	show("to a shared one", mount("a", "sh/b", NULL, MS_MOVE, NULL));
	table("in the end");
	mount("w", "c", "tmpfs", 0, NULL);
	mount(NULL, "c", NULL, MS_UNBINDABLE, NULL);
	show("an unbindable one to a shared one", mount("c", "sh/b", NULL, MS_MOVE, NULL));
	return 0;
}
