"""Cache lines that one CPU writes and another touches while each works on objects of its own.

The figure is lines in conflict per operation: a line that is touched in every operation counts as one, one that is
touched in one of ten as a tenth. An operation is taken to enter the kernel once at least. Not in the figure, but told: lines that only meet in the handlers
of interrupts, and memory of the program itself.
"""

import re
import time

from benchlib import guest as bench_guest
from measurelib import guest, rows
from vmlib.common import Fail

UNIT = "lines"
TOP = 12                    # groups of lines kept of each operation: same type, same code
LINE = 64
WHERE = re.compile(r"( in (direct map|page structs|vmalloc)| of CPU|(?<=direct map)|(?<=vmalloc)) (0x[0-9a-f]+|\d+)$")
FRAME_SHIFT = 12
# enum page_kind of include/mm/page.h; PGTY_* of Linux, in the top byte of page_type
KINDS = ["reserved page", "free page", "kernel page", "slab", "page table", "anonymous page", "page of a file", "free page of a CPU"]
LINUX_KINDS = {0xf0: "free page", 0xf2: "page table", 0xf5: "slab"}
# Percival: the direct map's start without KASLR is 0xffff888000000000 on both.
REGIONS = [(0xffff888000000000, 0xffffc80000000000, "direct map"), (0xffffc90000000000, 0xffffe90000000000, "vmalloc"),
           (0xffffea0000000000, 0xffffeb0000000000, "page structs")]
PAGE_STRUCTS, PAGE_STRUCTS_END = REGIONS[2][:2]


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
        self.page = None            # [number of its (first) page, words of the kernel's record of it]
        self.cache = None           # Linux: (size of an object, name) of its slab cache

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
            known = kind_of(symbols, line)
            return f"{known} in {name} 0x{line.physical:x}" if known else f"{name} 0x{line.physical:x}"
    return f"0x{address:x}"


def kind_of(symbols, line):
    """The type of what lies there, by the kernel's record of the page: a slab cache and the offset in its object, or a kind of page."""
    if not line.page:
        return None
    number, *words = line.page
    is_struct = line.virtual < PAGE_STRUCTS_END and line.virtual >= PAGE_STRUCTS
    cache = line.cache
    if symbols.is_linux:
        kind = LINUX_KINDS.get(words[6] >> 24 & 0xff) or ("anonymous page" if words[3] & 1 else "page of a file" if words[3] else "kernel page")
    else:
        code = words[0] >> 32 & 0xff
        kind = KINDS[code] if code < len(KINDS) else None
        if kind == "slab" and (words[3] & 0xffff) < len(symbols.caches):
            name, size = symbols.caches[words[3] & 0xffff]
            cache = (size, name)
    if is_struct:
        return f"struct page of a {kind}" if kind else None
    if cache and cache[0]:
        return f"{cache[1]}+0x{(line.physical - (number << FRAME_SHIFT)) % cache[0]:x}"
    return kind


def parse(lines):
    """([Line], {cpu: base of its per-CPU data}) of one set."""
    found, areas = [], {}
    for words in lines:
        if words[0] == "cpu":
            areas[int(words[1])] = int(words[2], 16)
        elif words[0] == "line":
            found.append(Line(words))
        elif words[0] == "page":
            found[-1].page = [int(word, 16) for word in words[1:]]
        elif words[0] == "cache":
            found[-1].cache = int(words[1], 16), words[2]
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
        self.details = self.grouped(symbols, plain, areas)[:TOP]

    def grouped(self, symbols, lines, areas):
        """Lines of one type that the same code meets at, with their share of all; the largest first."""
        groups = {}
        for line in lines:
            writer, other = line.busiest()
            name = what(symbols, line, areas)
            places = symbols.place(writer.pc), symbols.place(other.pc), "write" if other.is_write else "read"
            group = groups.setdefault((WHERE.sub("", name), *places), {
                "share": 0.0, "lines": 0, "what": name, "physical": f"0x{line.physical:x}", "written_by": places[0],
                "touched_by": places[1], "touched_how": places[2]})
            group["share"] += line.share(self.operations)
            group["lines"] += 1
        for (name, *_), group in groups.items():
            group["share"] = round(group["share"], 3)
            if group["lines"] > 1:
                group["what"] = name
                del group["physical"]
        return sorted(groups.values(), key=lambda group: -group["share"])


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
                several = f"{line['lines']} lines of " if line["lines"] > 1 else ""
                print(f"    {column:<10}{line['share']:5.2f}  {several}{line['what']}\n{'':20}written by {line['written_by']}\n"
                      f"{'':20}{'written by' if line['touched_how'] == 'write' else 'read by':<10} {line['touched_by']}")
    for column in columns:
        known = [one for one in found if one[column] is not None]
        print(f"{column}: {sum(one[column] == 0 for one in known)} of {len(known)} operations without a conflict")
