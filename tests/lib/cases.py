"""Cases and recordings: what a differential test is, on disk.

A case is one file: a shell script tests/busybox/cases/AREA/NAME.sh, or a C
program tests/sys/NAME.c (whole scenarios) or tests/abi/AREA/NAME.c (one rule each), or a script tests/debian/cases/NAME.sh that runs in a root folder of
unpacked Debian packages. Comment lines at its top may say

    # limit: SECONDS      time the guest gives it (default 20)
    # full                only make test-full runs it

What Linux printed is in NAME.expected beside it, written by `make record`
and never by hand. It holds, readable in a diff, standard output, standard
error and the exit status, and in its head the kernel it was recorded on and
a digest of the case, so that an edited case asks to be recorded anew.
"""

import fnmatch
import hashlib
import re
from pathlib import Path

LIMIT = 20
TOP = Path(__file__).resolve().parents[2]
BUILD = TOP / "build" / "tests"

SUITES = {
    "busybox": ("tests/busybox/cases", "**/*.sh"),
    "sys": ("tests/sys", "*.c"),
    "abi": ("tests/abi", "*/*.c"),
    "debian": ("tests/debian/cases", "**/*.sh"),
}


class Case:
    """One case: name (SUITE/AREA/NAME), source, limit, where the guest has it."""

    def __init__(self, suite, root, source):
        self.suite = suite
        self.source = source
        self.is_program = source.suffix == ".c"
        self.name = f"{suite}/{source.relative_to(root).with_suffix('')}"
        self.expected = source.with_suffix(".expected")
        text = source.read_bytes()
        self.digest = hashlib.sha256(text).hexdigest()[:16]
        self.limit = LIMIT
        found = re.search(rb"^[#/* ]*limit: (\d+)", text[:2000], re.M)
        if found:
            self.limit = int(found.group(1))
        self.is_long = bool(re.search(rb"^[#/* ]*full$", text[:2000], re.M))
        suffix = "" if self.is_program else ".sh"
        self.guest_path = f"/tests/{self.name}{suffix}"

    def binary(self):
        return BUILD / self.name

    def load(self):
        """The committed recording as rendered text, or (None, why not)."""
        if not self.expected.exists():
            return None, "never recorded: run `make record`"
        head, _, body = self.expected.read_text().partition("\n\n")
        fields = dict(l.split(": ", 1) for l in head.splitlines() if ": " in l)
        if fields.get("case") != self.digest:
            return None, "edited since it was recorded: run `make record`"
        return body, None

    def store(self, kernel, body):
        self.expected.write_text(
            f"kernel: {kernel}\ncase: {self.digest}\n\n{body}")


def discover(suites, pattern=None, with_long=True):
    """All cases of the suites, sorted by name; pattern filters names by glob."""
    found = []
    for suite in suites:
        root, glob = SUITES[suite]
        for source in sorted((TOP / root).glob(glob)):
            case = Case(suite, TOP / root, source)
            if matches(case.name, pattern) and (with_long or not case.is_long):
                found.append(case)
    return found


def matches(name, pattern):
    return not pattern or any(
        fnmatch.fnmatch(name, p) or fnmatch.fnmatch(name, f"*{p}*")
        for p in pattern.split(","))


def render(result):
    """A result as text that a diff can show, and equal only for equal results."""
    how = {"exit": "exit", "signal": "signal"}.get(result.how)
    status = f"{how} {result.value}" if how else result.how
    return (f"status: {status}\n"
            + _stream("stdout", result.out) + _stream("stderr", result.err))


def _stream(title, data):
    lines = [f"{title}:"]
    if data:
        parts = data.split(b"\n")
        ended = parts[-1] == b""
        lines += ["| " + _escape(p) for p in (parts[:-1] if ended else parts)]
        if not ended:
            lines.append("\\ no newline at the end")
    return "\n".join(lines) + "\n"


def _escape(raw):
    try:
        text = raw.decode("ascii")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    out = []
    for c in text:
        if c == "\\":
            out.append("\\\\")
        elif c == "\t":
            out.append("\\t")
        elif " " <= c <= "~":
            out.append(c)
        else:
            out.append(f"\\x{ord(c):02x}")
    line = "".join(out)
    return line[:-1] + "\\x20" if line.endswith(" ") else line


def applets_used(cases, applets):
    """Which applets of the list the shell cases call, by word match outside comments."""
    used = set()
    names = {a for a in applets if re.match(r"[\w.-]+$", a)}
    for case in cases:
        if case.is_program:
            continue
        text = re.sub(r"^\s*#.*$", "", case.source.read_text(), flags=re.M)
        # a word in command position: line start, after | ; & ( ` { ! or a keyword or wrapper
        for word in re.findall(
                r"(?:^|[|;&(`{!\n]|\b(?:then|do|else|if|while|until|exec|xargs|env|"
                r"busybox|time|nice|timeout|setsid|--|sudo|chroot|command|-exec|-c|"
                r"ionice|taskset|watch|eval)\b)\s*(?:\S+=\S*\s+)*['\"]?"
                r"(?:/bin/)?([\w.-]+|\[\[?)", text, re.M):
            if word in names:
                used.add(word)
        for word in re.findall(r"/bin/([\w-]+)", text):
            if word in names:
                used.add(word)
        if re.search(r"(?:^|[|;&(!]|if|while|until)\s*\[ ", text, re.M):
            used.add("[")
        if re.search(r"(?:^|[|;&(!]|if|while|until)\s*\[\[ ", text, re.M):
            used.add("[[")
    return used
