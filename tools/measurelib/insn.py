"""Kernel instructions per operation, exactly: one vCPU, -icount.

Each benchmark runs SETS times, every time in a process of its own, with WINDOWS windows between markers.  The figure
of a set is the mean of the middle half of the windows that no interrupt came into; most have one value in all of them.
That of a benchmark is the mean of its sets, for some things differ between processes: the slot of an address space,
the length of a hash chain.  Benchmarks whose sets differ by more than UNSTEADY run MORE_SETS times more, in a second
boot.  `spread` is half the distance of the quartiles of all these windows, relative to the figure: how much the
operation itself varies, a page of tables more or less; not noise.
"""

import collections
import statistics
import time

from benchlib import guest as bench_guest
from benchlib import stats
from measurelib import guest, rows

UNIT = "insn"
SETS, MORE_SETS, WINDOWS = 3, 9, 11
UNSTEADY = 0.003


class Window:
    def __init__(self, words, ops):
        self.kernel, self.user, self.rep_kernel, self.rep_user = (int(word) / ops for word in words[1:5])
        self.irqs, self.is_middle = int(words[5]), words[7] == "1"


class Set:
    """One set of windows: what an operation takes on one kernel."""

    def __init__(self, lines, ops, symbols):
        self.windows = [Window(words, ops) for words in lines if words[0] == "window"]
        middle = [w for w in self.windows if w.is_middle]
        self.kernel, self.user, self.rep_kernel, self.rep_user = (
            statistics.fmean(getattr(w, what) for w in middle) for what in ("kernel", "user", "rep_kernel", "rep_user"))
        self.functions = collections.Counter()
        for words in lines:
            if words[0] == "pc" and int(words[1], 16) >> 63:
                self.functions[symbols.function(int(words[1], 16))] += int(words[2]) / ops / len(middle)


class Count:
    """What an operation takes on one kernel: the mean of its sets."""

    def __init__(self, sets):
        self.kernel, self.user, self.rep_kernel, self.rep_user = (
            statistics.fmean(getattr(one, what) for one in sets) for what in ("kernel", "user", "rep_kernel", "rep_user"))
        self.functions = collections.Counter()
        for one in sets:
            for function, n in one.functions.items():
                self.functions[function] += n / len(sets)
        windows = [w.kernel for one in sets for w in [w for w in one.windows if not w.irqs] or one.windows]
        self.spread = stats.spread_of(windows) or 0.0
        self.mean = statistics.fmean(windows)
        self.sets = len(sets)


def sets_count(plugged, names, sets, windows):
    """{name: [Set] or the error}, in one boot."""
    jobs = [bench_guest.Job(f"{name}#{n}", ["--insn", "--windows", str(windows), name]) for name in names for n in range(sets)]
    guest.progress.begin(f"instructions on {plugged.kernel}", len(jobs), f"{len(names)} benchmarks")
    results = plugged.run(jobs)
    found = {}
    for name in names:
        mine = [results[f"{name}#{n}"] for n in range(sets)]
        errors = [r.error or (None if any(words[0] == "window" for words in r.sets[-1]) else "no window between markers") for r in mine]
        found[name] = next(filter(None, errors), None) or [
            Set(r.sets[-1], (r.line or {}).get("ops", 1), plugged.symbols) for r in mine]
    return found


def is_unsteady(sets):
    values = [one.kernel for one in sets]
    return max(values) - min(values) > UNSTEADY * min(values)


def count(plugged, names, sets=SETS, more=MORE_SETS, windows=WINDOWS):
    """{name: Count or the error}."""
    found = sets_count(plugged, names, sets, windows)
    unsteady = [name for name in names if not isinstance(found[name], str) and is_unsteady(found[name])]
    if unsteady and more:
        again = sets_count(plugged, unsteady, more, windows)
        for name in unsteady:
            found[name] = again[name] if isinstance(again[name], str) else found[name] + again[name]
    return {name: sets if isinstance(sets, str) else Count(sets) for name, sets in found.items()}


def number(value):
    """A whole number if it is one: most counts are."""
    return int(value) if value == int(value) else round(value, 1)


def measure(names, kernels, command, build="gcc", sets=SETS, more=MORE_SETS, windows=WINDOWS):
    """Rows, and what their file says about them."""
    started = time.monotonic()
    plugged = {kernel: guest.Plugged(kernel, "count", build=build) for kernel in kernels}
    counted = {kernel: count(p, names, sets, more, windows) for kernel, p in plugged.items()}
    found = []
    for name in names:
        one = rows.row(name, UNIT)
        for kernel in kernels:
            column, c = guest.COLUMNS[kernel], counted[kernel][name]
            if isinstance(c, str):
                rows.failed(one, kernel, c)
                continue
            one[column] = number(c.kernel)
            one[f"rep_bytes_{column}"] = number(c.rep_kernel)
            one[f"user_{column}"] = number(c.user)
            one[f"mean_{column}"] = round(c.mean, 1)
            one[f"sets_{column}"] = c.sets
            if column == "percival" or one["spread"] is None:
                one["spread"] = round(c.spread, 4)
        found.append(rows.judge(one))
    about = rows.meta(command, kernels, plugged, time.monotonic() - started, cpus=1, sets=sets, more_sets=more, windows=windows, what=
                      "guest kernel instructions per operation: the mean of the middle half of the windows that no interrupt came "
                      "into, of several sets; a REP instruction counts once, what it moved is in rep_bytes; -icount, one vCPU, "
                      "no random addresses")
    return found, about


def show(found, kernels):
    columns = [guest.COLUMNS[k] for k in kernels]
    print(f"{'kernel instructions':<24}" + "".join(f"{c:>14}" for c in columns) + f"{'ratio':>8}  {'band':<10}  REP bytes")
    for one in found:
        cells = "".join(f"{'-' if one[c] is None else format(one[c], ',.0f'):>14}" for c in columns)
        ratio = "" if one["ratio"] is None else f"{one['ratio']:.3f}"
        rep = " / ".join("-" if one.get(f"rep_bytes_{c}") is None else f"{one[f'rep_bytes_{c}']:,.0f}" for c in columns)
        print(f"{one['name']:<24}{cells}{ratio:>8}  {one['band'] or '':<10}  {rep}")
    ratios = [one["ratio"] for one in found if one["ratio"]]
    mean = stats.geometric_mean(ratios)
    if mean is not None:
        print(f"geometric mean of {len(ratios)} ratios: {mean:.3f}; at or below 0.80: {sum(r <= 0.80 for r in ratios)}")
