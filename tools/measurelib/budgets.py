"""bench/budgets: how many kernel instructions each operation may take, and in which functions they went when it was written.

    NAME TOTAL
    <tab>FUNCTION COUNT
    ...

A count depends on the compiler, which the first lines name: with another one nothing can be said.
"""

import re
import subprocess

from measurelib import guest, insn
from vmlib.common import ROOT, Fail

PATH = ROOT / "bench" / "budgets"
LIMIT = 0.02                # more than that above a budget fails
TOP = 8                     # functions named for one that is exceeded
GROUPS_LEFT_OUT = ("shell", "bandwidth")        # many tasks and much user work: a few windows, less exact
HEAD = """\
# Kernel instructions that each operation may take, and the functions where they went when this was written.
# `make bench-budgets` writes this file; `make test` fails when a budget is exceeded by more than 2 %.
# compiler: {compiler}
"""


class OtherCompiler(Exception):
    """The kernel was compiled by another compiler than the budgets are of."""


class Budget:
    def __init__(self, total):
        self.total = total
        self.functions = {}


def compiler():
    """Of the kernel that is measured, as it says itself."""
    done = subprocess.run(["readelf", "-p", ".comment", str(ROOT / "build/gcc/percival.debug")], capture_output=True, text=True, check=False)
    found = re.search(r"GCC: \(.*?\) (\S+)", done.stdout)
    if not found:
        done = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True, check=False)
        return f"gcc {done.stdout.strip()}"
    return f"gcc {found[1]}"


def names():
    return [name for name, group, _ in guest.names_known() if group not in GROUPS_LEFT_OUT]


def read(path=PATH):
    """({name: Budget}, compiler)."""
    if not path.exists():
        raise Fail(f"no {path} (make bench-budgets writes it)")
    found, made_by, last = {}, None, None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("#"):
            made_by = line.removeprefix("# compiler: ") if line.startswith("# compiler: ") else made_by
            continue
        words = line.split()
        try:
            name, count = words
            if line[0] == "\t":
                found[last].functions[name] = float(count)
            else:
                found[name] = Budget(float(count))
                last = name
        except (ValueError, KeyError):
            raise Fail(f"{path}:{number}: not NAME COUNT") from None
    return found, made_by


def write(path=PATH):
    """Count anew and write; lines about what failed and thus has no budget."""
    chosen = names()
    counted = insn.count(guest.Plugged("percival", "count"), chosen)
    lines, failed = [HEAD.format(compiler=compiler())], []
    for name in chosen:
        c = counted[name]
        if isinstance(c, str):
            failed.append(f"no budget for {name}: {c}")
            continue
        lines.append(f"{name} {insn.number(c.kernel)}\n")
        parts = sorted(c.functions.items(), key=lambda item: (-item[1], item[0]))
        lines += [f"\t{function} {insn.number(n)}\n" for function, n in parts]
    path.write_text("".join(lines))
    return failed


def difference(was, now):
    """Lines: the functions that grew most, and what they took before."""
    grown = {f: now.get(f, 0) - was.get(f, 0) for f in set(was) | set(now)}
    order = sorted((f for f in grown if abs(grown[f]) >= 1), key=lambda f: (-abs(grown[f]), f))
    return [f"    {grown[f]:+8.0f}  {f} ({was.get(f, 0):.0f} before)" for f in order[:TOP]]


def check(path=PATH, patterns=None):
    """(lines that say what is exceeded, number of budgets kept, lines about budgets that could be lower, {name: Count})."""
    budgets, made_by = read(path)
    if made_by and made_by != compiler():
        raise OtherCompiler(f"the budgets are of {made_by}, this kernel of {compiler()}")
    chosen = [name for name in budgets if patterns is None or name in patterns]
    counted = insn.count(guest.Plugged("percival", "count"), chosen, more=0)
    said, kept, better = [], 0, []
    for name in chosen:
        budget, c = budgets[name], counted[name]
        if isinstance(c, str):
            said.append(f"{name}: {c}")
        elif c.kernel > budget.total * (1 + LIMIT):
            above = f" ({100 * (c.kernel / budget.total - 1):+.1f} %)" if budget.total else ""
            said.append(f"{name}: {c.kernel:.0f} kernel instructions, budget {budget.total:.0f}{above}")
            said += difference(budget.functions, c.functions)
        else:
            kept += 1
            if c.kernel < budget.total * (1 - LIMIT):
                better.append(f"{name}: {c.kernel:.0f}, budget {budget.total:.0f}")
    return said, kept, better, counted
