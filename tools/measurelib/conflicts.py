"""Cache lines that one CPU writes and another touches while each works on objects of its own.

The figure is lines in conflict per operation: a line that is touched in every operation counts as one, one that is
touched in one of ten as a tenth. An operation is taken to enter the kernel once at least. Not in the figure, but told: lines that only meet in the handlers
of interrupts, and memory of the program itself.
"""

import time

from benchlib import guest as bench_guest
from measurelib import guest, rows
from vmlib.common import Fail

UNIT = "lines"
TOP = 8                     # lines kept of each operation
LINE = 64
# Percival: the direct map's start without KASLR is 0xffff888000000000 on both.
REGIONS = [(0xffff888000000000, 0xffffc80000000000, "direct map"), (0xffffc90000000000, 0xffffe90000000000, "vmalloc"),
           (0xffffea0000000000, 0xffffeb0000000000, "page structs")]
PAGE_STRUCT = 64


class Touch:
    def __init__(self, words):
        self.cpu, self.pc, self.is_write, self.is_irq, self.count = (
            int(words[1]), int(words[2], 16), words[3] == "w", words[4] == "1", int(words[5]))


class Line:
    """One cache line, and who touched it."""

    def __init__(self, words):
        self.physical, self.virtual = int(words[1], 16), int(words[2], 16)
        self.touches = []
        self.entries = 0            # into the kernel, by all CPUs, that touched it

    def is_user(self):
        return not self.virtual >> 63

    def plain(self):
        return [t for t in self.touches if not t.is_irq]

    def is_conflict(self, touches):
        writers = {t.cpu for t in touches if t.is_write}
        return bool(writers) and len({t.cpu for t in touches}) > 1

    def busiest(self):
        """The code that writes most, and the code of another CPU that touches most."""
        touches = self.plain() if self.is_conflict(self.plain()) else self.touches
        writer = max((t for t in touches if t.is_write), key=lambda t: (t.count, -t.pc))
        other = max((t for t in touches if t.cpu != writer.cpu), key=lambda t: (t.pc != writer.pc, t.count, -t.pc))
        return writer, other

    def share(self, operations):
        """In how many of the operations it is touched, at most 1."""
        return min(1.0, self.entries / operations)


def what(symbols, line, areas):
    """What lies there: a per-CPU variable, a symbol of the image, or which memory it is."""
    address = line.virtual
    if line.is_user():
        return "user memory"
    for cpu, base in areas.items():
        link = (address - base) & (1 << 64) - 1
        found = symbols.percpu.locate(link)
        if found and link < symbols.percpu.starts[-1] + LINE * 64 and found[1] < LINE * 128:
            return f"per-CPU {found[0]}+0x{found[1]:x} of CPU {cpu}"
    found = symbols.data.locate(address)
    if found and address >= 0xffffffff80000000:
        return f"{found[0]}+0x{found[1]:x}"
    for low, high, name in REGIONS:
        if low <= address < high:
            return f"{name} 0x{line.physical:x}"
    return f"0x{address:x}"


def parse(lines):
    """([Line], {cpu: base of its per-CPU data}) of one set."""
    found, areas = [], {}
    for words in lines:
        if words[0] == "cpu":
            areas[int(words[1])] = int(words[2], 16)
        elif words[0] == "line":
            found.append(Line(words))
        elif words[0] == "at":
            found[-1].touches.append(Touch(words))
        elif words[0] == "in":
            found[-1].entries += int(words[2])
    return found, areas


class Conflicts:
    """Of one operation on one kernel."""

    def __init__(self, lines, answer, symbols):
        self.operations = answer.get("k", 1) * answer.get("ops", 1)
        found, areas = parse(lines)
        user = [line for line in found if line.is_user()]
        kernel = [line for line in found if not line.is_user()]
        plain = [line for line in kernel if line.is_conflict(line.plain())]
        plain.sort(key=lambda line: (-line.share(self.operations), line.physical))
        self.value = sum(line.share(self.operations) for line in plain)
        self.distinct = len(plain)
        self.irq = len(kernel) - len(plain)
        self.user = len(user)
        self.details = [self.detail(symbols, line, areas) for line in plain[:TOP]]

    def detail(self, symbols, line, areas):
        writer, other = line.busiest()
        return {"share": round(line.share(self.operations), 3), "what": what(symbols, line, areas), "physical": f"0x{line.physical:x}",
                "written_by": symbols.place(writer.pc), "touched_by": symbols.place(other.pc),
                "touched_how": "write" if other.is_write else "read"}


def find(plugged, names, threads):
    """{name: Conflicts or the error}."""
    argv = ["--conflicts", str(plugged.cpus), *(["--threads"] if threads else [])]
    guest.progress.begin(f"conflicts on {plugged.kernel}", len(names), f"{len(names)} benchmarks, {plugged.cpus} vCPUs")
    found = {}
    for name, result in plugged.run([bench_guest.Job(name, [*argv, name]) for name in names]).items():
        found[name] = result.error or Conflicts(result.sets[-1], result.line or {}, plugged.symbols)
    return found


def measure(names, kernels, cpus, command, threads=False, parallel=False, build="gcc"):
    if cpus < 2:
        raise Fail("a conflict takes two CPUs, at least")
    started = time.monotonic()
    plugged = {kernel: guest.Plugged(kernel, "conflicts", cpus, parallel, build=build) for kernel in kernels}
    seen = {kernel: find(p, names, threads) for kernel, p in plugged.items()}
    found = []
    for name in names:
        one = rows.row(name, UNIT)
        for kernel in kernels:
            column, c = guest.COLUMNS[kernel], seen[kernel][name]
            if isinstance(c, str):
                rows.failed(one, kernel, c)
                continue
            one[column] = round(c.value, 3)
            one[f"distinct_{column}"] = c.distinct
            one[f"irq_{column}"] = c.irq
            one[f"user_{column}"] = c.user
            one[f"lines_{column}"] = c.details
        found.append(rows.judge(one))
    about = rows.meta(command, kernels, plugged, time.monotonic() - started, cpus=cpus, threads=threads, what=
                      f"cache lines of {LINE} bytes that one vCPU's kernel code wrote and another's touched, per operation, {cpus} vCPUs "
                      "doing the same on objects of their own; apart: lines that only handlers of interrupts share, user memory")
    return found, about


def show(found, kernels):
    columns = [guest.COLUMNS[k] for k in kernels]
    print(f"{'conflicting lines':<24}" + "".join(f"{c:>14}" for c in columns) + "    per operation (different lines)")
    for one in found:
        print(f"{one['name']:<24}" + "".join(
            f"{'-' if one[c] is None else f'{one[c]:.2f}' + ' (' + str(one['distinct_' + c]) + ')':>14}" for c in columns))
        for column in columns:
            for line in one.get(f"lines_{column}") or []:
                print(f"    {column:<10}{line['share']:5.2f}  {line['what']}\n{'':20}written by {line['written_by']}\n"
                      f"{'':20}{'written by' if line['touched_how'] == 'write' else 'read by':<10} {line['touched_by']}")
    for column in columns:
        known = [one for one in found if one[column] is not None]
        print(f"{column}: {sum(one[column] == 0 for one in known)} of {len(known)} operations without a conflict")
