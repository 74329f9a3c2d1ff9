"""Addresses and names: Percival's from its ELF file, Linux's from the guest's /proc/kallsyms (booted with nokaslr).

A table is a sorted list of (address, name); per-CPU variables have link addresses, see Areas in conflicts.py.
"""

import bisect
import functools
import gzip
import re
import shutil
import subprocess

from vmlib import machine
from vmlib.common import BUILD, ROOT, Fail

PROGRAM = BUILD / "bench" / "bench"
STUB_FIRST_IRQ, STUB_SIZE, STUBS = 32, 16, 256      # src/arch/x86/trap.asm: one stub a vector; interrupts begin at 32
LINUX_IRQ = re.compile(r"asm_sysvec_|asm_common_interrupt$|asm_spurious_interrupt$")
OTHER_PROGRAM, SHARED = 0, 1                        # the plugin's PC_...
IMAGE, PAGES = 0xffffffff80000000, 0xffffea0000000000   # where both kernels are linked, and have their page structs
NAMED = {OTHER_PROGRAM: "[other programs]", SHARED: "[vdso]"}
FAR = 1 << 20                                       # no symbol is as long as that


class Table:
    """Names by address: locate(address) is (name, offset), or None."""

    def __init__(self, rows):
        self.rows = sorted(rows)
        self.starts = [address for address, _ in self.rows]

    def locate(self, address):
        at = bisect.bisect_right(self.starts, address) - 1
        if at < 0 or address - self.starts[at] > FAR:
            return None
        # Of several names of one address the first is as good as any, and always the same.
        start = self.starts[at]
        at = bisect.bisect_left(self.starts, start)
        return self.rows[at][1], address - start

    def find(self, name):
        return next((address for address, other in self.rows if other == name), None)


def nm(path):
    done = subprocess.run(["nm", str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Fail(f"{path}: no symbols: {done.stderr.strip()}")
    return [line.split() for line in done.stdout.splitlines() if len(line.split()) == 3]


class Kernel:
    """The symbols of one kernel: code, data, and where its interrupts come in."""

    def __init__(self, name, build="gcc", program=None):
        self.name = name
        self.build = build
        self.user = user_table(program or PROGRAM)
        self.is_linux = name.startswith("linux")
        self.elf = None if self.is_linux else BUILD / build / "percival.debug"
        rows = self._linux_rows() if self.is_linux else nm(self.elf)
        self.code = Table(self._code(rows))
        self.data = Table((int(w[0], 16), w[2]) for w in rows if w[1] in "dDbBrRvV" and int(w[0], 16) >> 63)
        self.percpu = self._percpu(rows)
        self.lines = {}

    def _code(self, rows):
        for address, kind, name in rows:
            address = int(address, 16)
            if kind in "tTwW" and address >> 63:
                if name == "trap_stubs":
                    yield address + STUB_FIRST_IRQ * STUB_SIZE, "trap_stubs.irq"
                # syscall_entry.slow belongs to syscall_entry; but not what gcc calls f.cold, f.part.0, f.isra.0.
                local = not self.is_linux and "." in name and not re.search(r"\.(cold|part|isra|constprop)\b", name)
                if not local:
                    yield address, name

    def _percpu(self, rows):
        """Table of per-CPU variables by link address, and the end of their area."""
        if self.is_linux:
            found = [(int(w[0], 16), w[2]) for w in rows if w[1] in "aAdDbBrR" and int(w[0], 16) < 1 << 20]
            return Table(found)
        marks = {w[2]: int(w[0], 16) for w in rows if w[2] in ("__percpu_start", "__percpu_end")}
        return Table((int(w[0], 16), w[2]) for w in rows if w[1] in "dDbB"
                     and marks["__percpu_start"] <= int(w[0], 16) < marks["__percpu_end"])

    def _linux_rows(self):
        return [words[:3] for words in map(str.split, linux_text().splitlines()) if len(words) == 3]

    def memory_arguments(self):
        """For the plugin: where the kernel keeps its record of each page (tools/plugin/memory.c)."""
        name, argument, size = ("init_top_pgt", "root", 64) if self.is_linux else ("kernel_root_pa", "rootat", 32)
        root = self.data.find(name)
        return [f"{argument}={root - IMAGE:x}", f"pages={PAGES:x}", f"pagesize={size:x}"] if root else []

    @functools.cached_property
    def caches(self):
        """Percival's slab caches in the order of their numbers: [(name, size of an object)]."""
        done = subprocess.run([str(ROOT / "tools/vm"), "--cpus", "1", "--quiet", "--timeout", "60", "--build", self.build, "--",
                               "cat", "/proc/slabinfo"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        rows = [line.split() for line in done.stdout.splitlines()[2:]]
        return [(words[0], int(words[3])) for words in rows if len(words) > 3]

    def function(self, address):
        """The name of the function at an address, also of user code."""
        return self.locate(address)[0]

    def locate(self, address):
        if address in NAMED:
            return NAMED[address], 0
        table = self.code if address >> 63 else self.user
        return table.locate(address) or (f"0x{address:x}", 0)

    def place(self, address):
        """function+0x12, with the source line where there is one."""
        name, offset = self.locate(address)
        line = self.source_line(address)
        return f"{name}+0x{offset:x}" + (f" ({line})" if line else "")

    def source_line(self, address):
        if self.elf is None or not address >> 63:
            return None
        if address not in self.lines:
            done = subprocess.run(["addr2line", "-e", str(self.elf), f"0x{address:x}"], capture_output=True, text=True, check=False)
            path = done.stdout.strip().partition(" ")[0]
            found = re.search(r"(?:^|/)((?:src|include)/\S+:\d+)$", path)
            self.lines[address] = found[1] if found else None
        return self.lines[address]

    def irq_entries(self):
        """(lo, hi, step) for the plugin: every step bytes an interrupt comes in."""
        if self.is_linux:
            return [(address, address + 1, 1) for address, name in self.code.rows if LINUX_IRQ.match(name)]
        first = self.code.find("trap_stubs.irq")
        return [(first, first + (STUBS - STUB_FIRST_IRQ) * STUB_SIZE, STUB_SIZE)]


@functools.cache
def user_table(program):
    """Functions of the benchmark program."""
    return Table((int(w[0], 16), w[2]) for w in nm(program) if w[1] in "tTwW")


@functools.cache
def linux_text():
    """/proc/kallsyms, kept beside the kernel that it is of."""
    vmlinuz = machine.linux_fetch()
    cache = vmlinuz.parent / "kallsyms.gz"
    if not cache.exists() or cache.stat().st_mtime < vmlinuz.stat().st_mtime:
        done = subprocess.run([str(ROOT / "tools/vm"), "--kernel", "linux", "--cpus", "1", "--quiet", "--timeout", "120", "--",
                               "sh", "-c", r"grep -v '\[' /proc/kallsyms | gzip"],
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode or len(done.stdout) < 100000:
            raise Fail(f"cannot read Linux's symbols: {done.stderr.decode(errors='replace').strip()[-200:]}")
        temporary = cache.with_suffix(".new")
        temporary.write_bytes(done.stdout)
        shutil.move(temporary, cache)
    return gzip.decompress(cache.read_bytes()).decode()


