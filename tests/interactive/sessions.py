"""Interactive use: a person at a terminal, typing into tools/vm.

One session per kernel, on a pseudo terminal of the host; each step is a test.
A step gives back what can be compared exactly, and on Percival that must be
what the same step gave on Linux. In the end the shell is left with a status,
which the runner must return.
"""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

import guest
from external import Failed

PROMPT = "READY> "
WAIT = 20               # s for anything expected
BOOT = 90               # s until the first prompt
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|[=>78]|\][^\x07]*\x07)")


class Console:
    """The runner on a pseudo terminal. text: all it printed; mark: how far steps have read."""

    def __init__(self, kernel, rows=24, columns=80):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

        def take_terminal():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            guest.command(["--kernel", kernel, "--cpus", 2, "--timeout", 400]),
            stdin=slave, stdout=slave, stderr=slave, preexec_fn=take_terminal,
            env={**os.environ, "TERM": "linux"})
        os.close(slave)
        self.master = master
        self.text = ""
        self.mark = 0

    def read(self, seconds):
        """Take what comes within this time; False at the end of the terminal."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.text += data.decode("latin-1")
        return bool(data)

    def expect(self, pattern, seconds=WAIT):
        """Wait for a regular expression; return the text before it and the match."""
        deadline = time.monotonic() + seconds
        while True:
            found = re.compile(pattern).search(self.text, self.mark)
            if found:
                before = self.text[self.mark:found.start()]
                self.mark = found.end()
                return before, found
            if time.monotonic() > deadline or not self.read(0.2):
                raise Failed(f"{pattern!r} did not come; the terminal shows\n"
                             + repr(self.text[self.mark:][-1500:]))

    def quiet(self, seconds=0.4):
        """Wait until nothing has come for this long."""
        size = -1
        deadline = time.monotonic() + WAIT
        while size != len(self.text) and time.monotonic() < deadline:
            size = len(self.text)
            self.read(seconds)

    def type(self, keys):
        os.write(self.master, keys.encode("latin-1"))

    def sync(self):
        """Forget what has been printed so far, a prompt drawn twice for instance."""
        self.quiet(0.15)
        self.mark = len(self.text)

    def prompt(self):
        """Wait for the prompt; return what was shown before it."""
        before, _ = self.expect(re.escape(PROMPT))
        return plain(before)

    def last_line(self):
        """The last line shown before the prompt."""
        return self.prompt().strip().split("\n")[-1]

    def run(self, line):
        """Type a line at the prompt; return what the command printed."""
        self.sync()
        self.type(line + "\r")
        return self.prompt().partition("\n")[2]

    def press(self, line, key):
        """Start a command and, when it runs, press a key; return what was shown up to the prompt."""
        self.type(line + "\r")
        time.sleep(0.7)
        self.type(key)
        return self.prompt()

    def end(self, seconds=30):
        """The runner's exit status once it has ended by itself."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read(0.1)
        if self.process.poll() is None:
            raise Failed("the runner did not end")
        return self.process.returncode

    def close(self):
        guest.stop(self.process)
        os.close(self.master)


def plain(text):
    return ESCAPES.sub("", text).replace("\r", "")


# ---- the steps, in order ----------------------------------------------------

def prompt(c):
    """A shell comes up by itself."""
    c.expect(r"[#$] ", BOOT)
    c.quiet()
    c.type(f"PS1='READY'; PS1=\"$PS1> \"\r")
    c.prompt()


def echo(c):
    """What is typed is echoed once, and runs."""
    c.type("echo one two\r")
    return c.prompt()


def line_editing(c):
    """Cursor keys, backspace, kill to the start, insert."""
    c.type("xecho helXlo\x1b[D\x1b[D\x7f")      # two left, delete the X
    c.type("\x01\x1b[3~")                        # to the start, delete the x
    c.type("\x05 there\r")                       # to the end
    last = c.last_line()
    if last != "hello there":
        raise Failed(f"the line gave {last!r}")
    return last


def history(c):
    """The last commands come back."""
    c.run("echo first-command")
    c.run("echo second-command")
    c.type("\x1b[A\x1b[A\r")
    return c.last_line()


def completion(c):
    c.run("mkdir -p /tmp/complete; cd /tmp/complete; echo found > only-one-name")
    c.type("cat onl\t\r")
    last = c.last_line()
    c.run("cd /")
    return last


def size(c):
    return c.run("stty size")


def interrupt(c):
    c.press("sleep 100", "\x03")
    return c.run("echo status $?")


def interrupt_pipeline(c):
    c.press("yes | cat > /dev/null", "\x03")
    return c.run("echo status $?")


def interrupt_shell_line(c):
    """Ctrl-C at the prompt drops the line."""
    c.type("echo never")
    c.quiet(0.2)
    c.type("\x03")
    c.prompt()
    return c.run("echo next")


def quit_key(c):
    c.press("sleep 100", "\x1c")
    return c.run("echo status $?")


def suspend(c):
    """Ctrl-Z, jobs, bg, fg."""
    shown = c.press("sleep 3", "\x1a")
    if "Stopped" not in shown:
        raise Failed(f"no word of a stop in {shown!r}")
    facts = [c.run("jobs"), c.run("bg"), c.run("jobs")]
    c.type("fg\r")
    c.prompt()
    facts.append(c.run("echo status $?"))
    facts.append(c.run("jobs"))
    return "".join(facts)


def end_of_file(c):
    c.type("cat\r")
    time.sleep(0.5)
    c.type("some text\r")
    c.expect("some text\r\nsome text")
    c.type("\x04")
    c.prompt()
    return c.run("echo status $?")


def background_output(c):
    out = c.run("(sleep 0.3; echo from behind) & wait")
    return re.sub(r"(?m)^\[.*$", "", out).strip()


def vi(c):
    """A file made, edited and saved."""
    c.run("rm -f /tmp/note")
    c.type("vi /tmp/note\r")
    c.expect("~")
    c.quiet()
    c.type("ifirst line\rsecond line\rthird line\x1b")
    c.quiet()
    c.type("kdd")
    c.quiet()
    c.type(":%s/line/LINE/\r")
    c.quiet()
    c.type(":wq\r")
    c.prompt()
    return c.run("cat /tmp/note; echo status $?")


def less(c):
    """Pages forward, finds, leaves."""
    c.run("seq -f 'line %g' 500 > /tmp/long 2>/dev/null || seq 500 | sed 's/^/line /' > /tmp/long")
    c.type("less /tmp/long\r")
    c.expect("line 10\r?\n")
    c.quiet()
    c.type(" ")
    c.expect("line 40")
    c.quiet()
    c.type("/line 333\r")
    c.expect("line 333")
    c.quiet()
    c.type("G")
    c.expect("line 500")
    c.quiet()
    c.type("q")
    c.prompt()
    return c.run("echo status $?")


def top(c):
    """Shows itself, goes on, leaves."""
    c.type("top -d 1\r")
    c.expect("Mem:")
    c.expect("COMMAND")
    c.expect("Mem:")            # a second screen
    c.type("q")
    c.prompt()
    return c.run("echo status $?")


def raw_read(c):
    """A program reads single keys without echo."""
    c.type("stty -echo -icanon min 1; dd bs=1 count=3 2>/dev/null | od -c; stty sane\r")
    time.sleep(0.7)
    c.mark = len(c.text)
    c.type("a\x1bz")
    return c.prompt().strip()


def long_output(c):
    """A hundred thousand bytes arrive whole and in order."""
    out = c.run("seq 20000")
    lines = out.split()
    if lines != [str(n) for n in range(1, 20001)]:
        bad = next((i for i, (a, b) in enumerate(zip(lines, map(str, range(1, 20001)))) if a != b),
                   len(lines))
        raise Failed(f"{len(lines)} lines, the first wrong one is number {bad + 1}")


def paste(c):
    """Many lines typed at once are all run."""
    c.type("".join(f"echo pasted {i}\r" for i in range(30)))
    c.expect("pasted 29\r\n(.|\n)*" + re.escape(PROMPT))
    c.sync()


STEPS = [prompt, echo, line_editing, history, completion, size, interrupt,
         interrupt_pipeline, interrupt_shell_line, quit_key, suspend, end_of_file,
         background_output, vi, less, top, raw_read, long_output, paste]


class Session:
    """The steps run once, in order; a later one is not tried when the console is lost."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.console = None
        self.facts = {}
        self.lost = None

    def step(self, name, f):
        if self.lost:
            raise Failed(f"not tried: the console was lost in {self.lost}")
        if self.console is None:
            self.console = Console(self.kernel)
        try:
            self.console.sync()
            self.facts[name] = f(self.console)
        except Failed:
            if not self.recover():
                self.lost = name
            raise

    def recover(self):
        """Back to a prompt, whatever runs."""
        c = self.console
        for keys in ("\x03", "q", "\x1b:q!\r", "\x03\r"):
            try:
                c.type(keys)
                c.sync()
                c.type("stty sane; cd /\r")
                c.expect(re.escape(PROMPT), 5)
                c.sync()
                return True
            except (Failed, OSError):
                continue
        return False

    def leave(self):
        if self.console is None or self.lost:
            raise Failed("there was no session to leave")
        self.console.type("exit 7\r")
        status = self.console.end()
        if status != 7:
            raise Failed(f"exit 7 in the shell gave status {status}")

    def close(self):
        if self.console:
            self.console.close()
            self.console = None


def tests(a):
    kernels = {"percival": ["linux", "percival"], "both": ["linux", "percival"]}.get(a.kernel, ["linux"])
    sessions = {k: Session(k) for k in kernels}
    rows = []

    def row(kernel, f):
        def test(report):
            session = sessions[kernel]
            name = f.__name__
            session.step(name, f)
            linux = sessions["linux"].facts
            if kernel != "linux" and name in linux and session.facts[name] != linux[name]:
                raise Failed(f"Linux:    {linux[name]!r}\nPercival: {session.facts[name]!r}")
        return f"interactive/{kernel} {f.__name__.replace('_', ' ')}", test

    def last(kernel):
        def test(report):
            try:
                sessions[kernel].leave()
            finally:
                sessions[kernel].close()
        return f"interactive/{kernel} exit status", test

    for kernel in kernels:
        rows += [row(kernel, f) for f in STEPS] + [last(kernel)]
    return rows
