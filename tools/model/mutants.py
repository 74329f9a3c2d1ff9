"""Weaken each atomic access and remove each fence, one at a time: does a test fail?

A mutant is a table that the engine looks orders up in; nothing is compiled anew. The
accesses of one line, of one kind, are one site, in whatever function they were inlined.
Sites are those of include/ and src/ that some test executes; the model's own machine
and the tests are left alone. An order in the files of PRIMITIVES that no test executes
survives as well: its change is "never".

tests/model/survivors lists what may survive, one a line, and why:
    FUNCTION | PART OF THE SOURCE LINE | CHANGE | REASON
FUNCTION and CHANGE may have * and ?; for an order that no test executes FUNCTION is the
file's name. A line that no survivor needs any more is an error.
"""

import concurrent.futures
import fnmatch
import re
import threading
import time
from collections import defaultdict
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
SURVIVORS = TOP / "tests" / "model" / "survivors"
PRIMITIVES = ["src/sync/*.c", "src/sync/*.h", "include/sync/*.h", "include/percpu/*.h", "src/percpu/*.c", "src/ipc/futex_bucket.*",
              "src/sched/park_token.h"]
ORDERED = re.compile(r"(?<![\w])(?:(?:load|store|exchange|cas|fetch_\w+|percpu_dyn_add)_(?:acquire|release|acq_rel|seq_cst)|"
                     r"fence_(?:acquire|release|seq_cst|after_rmw)|rcu_load|rcu_store)\(")
# What is one step weaker. "none": the fence is not there.
WEAKER = {
    "load": {"seq_cst": ["acquire"], "acquire": ["relaxed"]},
    "store": {"seq_cst": ["release"], "release": ["relaxed"]},
    "rmw": {"seq_cst": ["acq_rel"], "acq_rel": ["acquire", "release"], "acquire": ["relaxed"], "release": ["relaxed"]},
    "fence": {"seq_cst": ["acq_rel"], "acq_rel": ["acquire", "release"], "acquire": ["none"], "release": ["none"]},
}
WEAKER["cas"] = WEAKER["rmw"]


def read_sites(path):
    for line in path.read_text().splitlines():
        pc, kind, order, _, n = line.split()
        yield int(pc, 16), kind, order, int(n)


def read_survivors():
    if not SURVIVORS.exists():
        return []
    rows = []
    for number, line in enumerate(SURVIVORS.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [p.strip() for p in line.split("|", 3)]
        if len(parts) != 4 or not parts[3]:
            raise SystemExit(f"{SURVIVORS}:{number}: FUNCTION | PART OF THE LINE | CHANGE | REASON")
        rows.append(parts)
    return rows


def source_line(path, line):
    try:
        text = (TOP / path).read_text().splitlines()[int(line) - 1]
        return re.sub(r"\s+", " ", text.split("/*")[0].strip())
    except (OSError, IndexError):
        return "?"


def orders():
    """(file, line) of every order that the primitives ask for."""
    for pattern in PRIMITIVES:
        for path in sorted(TOP.glob(pattern)):
            if (TOP / "src/arch/model" / path.relative_to(TOP)).exists():
                continue                            # the model has its own
            for number, line in enumerate(path.read_text().splitlines(), 1):
                code = line.split("/*")[0]
                if ORDERED.search(code) and not line.lstrip().startswith(("*", "/*", "#define")):
                    yield str(path.relative_to(TOP)), number


def run(a, tests, Names, run_test):
    since = time.monotonic()
    tests = [(p, t) for p, t in tests if not t["expect"] and p.parent.name == "model"]
    names = {p: Names(p) for p, _ in tests}
    lock = threading.Lock()
    cost, sites = {}, defaultdict(dict)         # (file, line, function, kind, order) -> {(program, test): [pc]}

    def baseline(program, t):
        began = time.monotonic()
        path = program.parent / f"{t['name']}.sites"
        status, _ = run_test(program, t["name"], a, ["--sites", path])
        took = time.monotonic() - began
        if status:
            return f"{t['name']}: left out, does not pass by itself within {a.seconds:.0f} s"
        with lock:
            cost[program, t["name"]] = took
            names[program].load([pc for pc, *_ in read_sites(path)])
            for pc, kind, order, _ in read_sites(path):
                # What the model's machine does in the place of a shipped header belongs to who uses it.
                function, file, line = next((f for f in names[program].lines[pc] if not f[1].startswith("src/arch/model/")), ("?", "?", "0"))
                if file.startswith("tests/") or file == "?":
                    continue
                sites[file, int(line), function, kind, order].setdefault((program, t["name"]), []).append(pc)
        return None

    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        for said in pool.map(lambda pt: baseline(*pt), tests):
            if said:
                print(said, flush=True)

    def killer(site, where, order):
        """The test that notices, or None. Cheapest first."""
        for program, test in sorted(where, key=lambda w: cost[w]):
            table = ",".join(f"{pc:x}={order}" for pc in where[program, test])
            b = type(a)(**{**vars(a), "seconds": min(a.seconds, 10 + 10 * cost[program, test])})
            status, text = run_test(program, test, b, ["--order", table], f".{site[1]}.{order}")
            if status == 1:
                found = re.search(r"FAIL: (.*?)  \d", text)
                return f"{test}: {found[1] if found else 'fails'}"
        return None

    def mutate(site):
        """[(order, killer)]; what is weaker than what is killed, is killed."""
        kind, todo, results, tried = site[3], [site[4]], [], set()
        while todo:
            for order in WEAKER[kind].get(todo.pop(), []):
                if order in tried:
                    continue
                tried.add(order)
                by = killer(site, sites[site], order)
                results.append((order, by))
                if not by:
                    todo.append(order)
        return results

    listed = read_survivors()
    needed = [False] * len(listed)
    killed = excused = unlisted = 0
    ordered = sorted(s for s in sites if s[4] in WEAKER[s[3]])
    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        for site, results in zip(ordered, pool.map(mutate, ordered)):
            file, line, function, kind, order = site
            text = source_line(file, line)
            for new, by in results:
                change = f"{order}->{new}"
                what = f"{file}:{line} {function}: {kind} {change}"
                if by:
                    killed += 1
                    print(f"killed    {what}   by {by}", flush=True)
                    continue
                reason = None
                for i, (f, part, c, why) in enumerate(listed):
                    if fnmatch.fnmatch(function, f) and part in text and fnmatch.fnmatch(change, c):
                        reason, needed[i] = why, True
                        break
                excused += reason is not None
                unlisted += reason is None
                print(f"{'survives' if reason else 'SURVIVES'}  {what}   {reason or text}", flush=True)
    reached = {(file, line) for file, line, *_ in sites}
    for file, line in [] if a.names else sorted(set(orders()) - reached):
        text = source_line(file, line)
        for i, (f, part, c, why) in enumerate(listed):
            if f == Path(file).name and part in text and c == "never":
                needed[i], reason = True, why
                break
        else:
            reason = None
        excused += reason is not None
        unlisted += reason is None
        print(f"{'survives' if reason else 'SURVIVES'}  {file}:{line}: never executed   {reason or text}", flush=True)
    total = killed + excused + unlisted
    stale = [] if a.names else [l for l, n in zip(listed, needed) if not n]
    for l in stale:
        print(f"{SURVIVORS.relative_to(TOP)}: no survivor needs: {' | '.join(l[:3])}")
    share = 100 * killed / (killed + unlisted) if killed + unlisted else 100
    print(f"{total} mutants of {len(ordered)} sites: {killed} killed, {excused} survive with a reason, {unlisted} without; "
          f"{share:.1f} % of those that matter are killed; {time.monotonic() - since:.0f} s")
    return 1 if unlisted or stale else 0
