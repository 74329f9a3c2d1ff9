"""The accepted divergences: tests/divergences, whose head tells the format."""

import difflib

import cases

PATH = cases.TOP / "tests" / "divergences"


class Invalid(Exception):
    """The file cannot be believed: which line, and why."""


def parse(text):
    """{case name: [changed lines]} of the file's text."""
    entries, reasons, name = {}, set(), None
    for nr, line in enumerate(text.splitlines(), 1):
        word = line.strip()
        if not word or line.startswith("#"):
            continue
        if line == word:
            name = word
            if name in entries:
                raise Invalid(f"line {nr}: {name} is listed twice")
            entries[name] = []
        elif name is None:
            raise Invalid(f"line {nr}: belongs to no case")
        elif word.startswith("reason: "):
            reasons.add(name)
        elif word[0] in "-+":
            entries[name].append(word)
        else:
            raise Invalid(f"line {nr}: neither a reason nor a line that differs")
    for name, lines in entries.items():
        if name not in reasons or not lines:
            raise Invalid(f"{name}: needs a reason and the lines that differ")
    return entries


def load():
    return parse(PATH.read_text())


def changed(expected, actual):
    """What parse() would give for this difference."""
    lines = list(difflib.unified_diff(expected.splitlines(), actual.splitlines(), n=0))[2:]
    return [l.strip() for l in lines if not l.startswith("@@")]


def check():
    """For the suite source: the file is well-formed, and every entry names a case."""
    known = {c.name for c in cases.discover(cases.SUITES)}
    stray = sorted(set(load()) - known)
    if stray:
        raise Invalid(f"no such case: {', '.join(stray)}")
