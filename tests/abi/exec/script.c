/* #! scripts: arguments, the optional one, nesting, odd lines. */
#include "run.h"

static char *argv3[] = { "zero", "one", "two", NULL };

static void script(const char *name, const char *line)
{
	put_text(name, line, 0755);
	run(name, name, argv3, NULL);
}

int main(int argc, char **argv)
{
	char line[400], name[16];

	if (argc > 1 || !strcmp(argv[0], "zero")) {
		for (int i = 0; i < argc; i++)
			say("  [%s]", argv[i]);
		say("\n");
		return 0;
	}
	mkdir("/tmp/sc", 0755);
	(void)!chdir("/tmp/sc");
	put_self("show", 0755);
	script("plain", "#!/tmp/sc/show\n");
	script("one_argument", "#!/tmp/sc/show -a\n");
	script("arguments_stay_one", "#!/tmp/sc/show  -a  -b c \t \n");
	script("space_before", "#! \t /tmp/sc/show\n");
	script("no_newline", "#!/tmp/sc/show -x");
	script("relative", "#!show\n");
	script("trailing_tab", "#!/tmp/sc/show\t\n");
	script("only_mark", "#!\n");
	script("only_spaces", "#!   \n");
	script("nothing_behind", "#!");
	script("no_interpreter", "#!/tmp/sc/none\n");
	script("interpreter_dir", "#!/tmp/sc\n");
	script("crlf", "#!/tmp/sc/show\r\n");
	put_text("not_x", "#!/tmp/sc/show\n", 0644);
	script("interpreter_not_x", "#!/tmp/sc/not_x\n");
	put_text("text", "hello\n", 0755);
	script("interpreter_text", "#!/tmp/sc/text\n");
	memset(line, 0, sizeof line);
	strcpy(line, "#!/tmp/sc/show ");
	memset(line + 15, 'y', 300);
	strcpy(line + 315, "\n");
	script("long_argument", line);
	strcpy(line, "#!/tmp/sc/");
	memset(line + 10, 'z', 300);
	strcpy(line + 310, "\n");
	script("long_interpreter", line);
	file_starts("x", "y");
	put_file("nul", "#!/tmp/sc/show a\0b\n", 19, 0755);
	run("nul", "nul", argv3, NULL);
	put_text("n1", "#!/tmp/sc/show 1\n", 0755);
	for (int i = 2; i < 8; i++) {
		snprintf(name, sizeof name, "n%d", i);
		snprintf(line, sizeof line, "#!/tmp/sc/n%d %d\n", i - 1, i);
		script(name, line);
	}
	put_text("self", "#!/tmp/sc/self\n", 0755);
	run("self", "self", argv3, NULL);
	run("no argv", "plain", (char *[]){ NULL }, NULL);
	run("argv NULL", "plain", NULL, NULL);
}
