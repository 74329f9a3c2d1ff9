"""The suite insn: the plugin against a program whose counts are known; the kernel against bench/budgets."""

import re
import sys

import cases
from external import Failed, Skipped

sys.path.insert(0, str(cases.TOP / "tools"))

from benchlib import guest as bench_guest      # noqa: E402
from measurelib import budgets, conflicts, guest, insn, profile     # noqa: E402
from vmlib.common import Fail       # noqa: E402

KNOWN = cases.TOP / "build" / "tests" / "insn" / "known"
# name: (user instructions, bytes of REP)
COUNTS = {"nops": (1000, 0), "loop": (201, 0), "movsb": (1, 777), "movsq": (1, 800), "stosl": (1, 800), "none": (1, 0),
          "cmpsb": (1, 51), "scasb": (1, 201), "twice": (3, 30)}
TYPED = re.compile(r"(kmalloc-|eventfd)[\w-]*\+0x[0-9a-f]+")     # a slab cache and the offset in its object
SHOWN = ["getpid", "read_null", "stat", "fork_exit"]


def expect(condition, what):
    if not condition:
        raise Failed(what)


def kernels(a):
    return ["percival", "linux"] if a.full else ["percival"]


def counts(kernel):
    """User instructions and bytes as they were written, kernel instructions in proportion to the calls, all windows alike."""
    def run(report):
        names = ["broken", *COUNTS, "calls_1", "calls_2", "calls_10"]
        found = insn.count(guest.Plugged(kernel, "count", program=KNOWN), names, sets=1, more=0, windows=8)
        expect(found["broken"] == "on purpose", f"broken: {found['broken']}")
        for name in names[1:]:
            expect(not isinstance(found[name], str), f"{name}: {found[name]}")
        for name, (user, moved) in COUNTS.items():
            c = found[name]
            expect((c.user, c.rep_user, c.kernel) == (user, moved, 0),
                   f"{name}: {c.user} user instructions, {c.rep_user} bytes, {c.kernel} kernel instructions; wanted {user}, {moved}, 0")
            expect(c.spread == 0, f"{name}: the windows differ by {c.spread}")
        one = found["calls_1"].kernel
        for name, n in (("calls_1", 1), ("calls_2", 2), ("calls_10", 10)):
            c = found[name]
            expect(c.kernel == n * one and one > 10 and c.user == 2 * n, f"{name}: {c.kernel} kernel instructions, {n} times {one} wanted")
            expect(sum(c.functions.values()) == c.kernel, f"{name}: the functions sum up to {sum(c.functions.values())}")
    return run


def chains(kernel):
    """Who called whom, also by a jump."""
    def run(report):
        plugged = guest.Plugged(kernel, "profile", program=KNOWN)
        result = plugged.run([bench_guest.Job("chains", ["--insn", "chains"])])["chains"]
        expect(not result.error, f"chains: {result.error}")
        found = profile.Profile(result.sets[-1], 1, plugged.symbols).chains
        outer, jumped, inner = "chains (user);known_outer (user)", "chains (user);known_jumped (user)", ";known_inner (user)"
        wanted = {"chains (user)": 1, outer: 32, outer + inner: 41, jumped: 22, jumped + inner: 41}
        expect(found == wanted, f"chains: {dict(found)}, wanted {wanted}")
    return run


def lines(kernel):
    """One eventfd for all is a conflict, one for each is none; user memory is told apart; types have names."""
    def run(report):
        names = ["shared", "private", "user"]
        found = conflicts.find(guest.Plugged(kernel, "conflicts", 2, program=KNOWN), names, False)
        for name in names:
            expect(not isinstance(found[name], str), f"{name}: {found[name]}")
        shared, private, user = (found[name] for name in names)
        expect(shared.value >= 1 and shared.details, f"shared: {shared.value} lines")
        expect("eventfd" in " ".join(d["written_by"] for d in shared.details), f"shared: written by {shared.details}")
        expect(any(TYPED.match(d["what"]) for d in shared.details), f"shared: no type, but {[d['what'] for d in shared.details]}")
        expect(private.value == 0, f"private: {private.value} lines: {private.details}")
        expect(user.user == 1, f"user: {user.user} lines of user memory")
    return run


def budgets_kept(report):
    try:
        said, kept, better, counted = budgets.check()
    except Fail as failure:
        raise Failed(str(failure)) from None
    except budgets.OtherCompiler as other:
        raise Skipped(str(other)) from None
    for name in SHOWN:
        c = counted.get(name)
        if c is not None and not isinstance(c, str):
            report.figure(f"{name}: {c.kernel:.0f} kernel instructions")
    if better:
        report.note(f"{len(better)} benchmarks are below their budgets by more than 2 %: make bench-budgets")
    expect(not said, "\n".join([f"{kept} budgets kept, but:", *said]))


def tests(a):
    if a.kernel == "linux":
        return []
    found = []
    for kernel in kernels(a):
        found += [(f"insn/counts/{kernel}", counts(kernel)), (f"insn/chains/{kernel}", chains(kernel)),
                  (f"insn/conflicts/{kernel}", lines(kernel))]
    return [*found, ("insn/budgets", budgets_kept)]
