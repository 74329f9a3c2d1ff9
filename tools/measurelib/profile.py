"""Where the instructions of one operation go: by function, by call chain, as a flame graph."""

import collections
import shutil
import subprocess

from benchlib import guest as bench_guest
from measurelib import flame, guest
from vmlib import machine
from vmlib.common import ROOT, relative

SHOWN = 40              # functions in a table


class Profile:
    """Of one operation: instructions by (function, is kernel), and by chain of calls; means over the windows."""

    def __init__(self, lines, ops, symbols):
        self.symbols = symbols
        self.sites = {0: (0, None)}
        self.known = {}
        self.functions, self.chains, self.under = collections.Counter(), collections.Counter(), collections.Counter()
        windows = 1
        for words in lines:
            if words[0] == "windows":
                windows = int(words[1])
            elif words[0] == "node":
                self.sites[int(words[1])] = (int(words[2]), int(words[3], 16))
        for words in lines:
            if words[0] == "count":
                self.add(int(words[1]), int(words[2], 16), int(words[3]) / windows / ops)

    def name(self, address):
        """Function and side: `stat (user)`, `sys_stat`."""
        return self.symbols.function(address) + ("" if address >> 63 else " (user)")

    def frames(self, node):
        """Names of the callers, outermost first."""
        if node not in self.known:
            parent, site = self.sites[node]
            self.known[node] = [] if node == 0 else [*self.frames(parent), self.name(site)]
        return self.known[node]

    def add(self, node, address, n):
        leaf = self.name(address)
        chain = [*self.frames(node), leaf]
        self.functions[leaf] += n
        self.chains[";".join(chain)] += n
        for name in set(chain):
            self.under[name] += n

    def total(self, of_kernel):
        return sum(n for name, n in self.functions.items() if name.endswith("(user)") != of_kernel)


def gather(kernel, name, build="gcc"):
    """A Profile, or the error."""
    plugged = guest.Plugged(kernel, "profile", build=build)
    guest.progress.begin(f"profile of {name} on {kernel}", 1, "one benchmark")
    result = plugged.run([bench_guest.Job(name, ["--insn", name])])[name]
    if result.error:
        return result.error
    return Profile(result.sets[-1], (result.line or {}).get("ops", 1), plugged.symbols)


def table(kernel, name, profile):
    kernel_total, user_total = profile.total(True), profile.total(False)
    everything = (kernel_total + user_total) or 1
    print(f"{name} on {kernel}: {kernel_total:,.0f} kernel and {user_total:,.0f} user instructions an operation (mean of the windows)")
    print(f"  {'itself':>12}{'share':>9}{'with callees':>15}  function")
    shown = profile.functions.most_common(SHOWN)
    for function, n in shown:
        print(f"  {n:12,.1f}{100 * n / everything:7.1f} %{profile.under[function]:15,.1f}  {function}")
    rest = everything - sum(n for _, n in shown)
    if len(profile.functions) > SHOWN:
        print(f"  {rest:12,.1f}{100 * rest / everything:7.1f} %{'':15}  {len(profile.functions) - SHOWN} more")


def write(kernel, name, profile):
    folder = guest.OUT / "profile"
    folder.mkdir(parents=True, exist_ok=True)
    folded, svg = folder / f"{name}-{kernel}.folded", folder / f"{name}-{kernel}.svg"
    folded.write_text("".join(f"{chain} {n:.0f}\n" for chain, n in sorted(profile.chains.items()) if n >= 0.5))
    svg.write_text(flame.draw(f"{name} on {kernel}: {sum(profile.chains.values()):,.0f} instructions an operation", profile.chains))
    print(f"  {relative(folded)}\n  {relative(svg)}\n")


def profile(name, kernels, build="gcc"):
    """Tables, folded stacks, flame graphs. Lines that name what failed."""
    failed = []
    for kernel in kernels:
        found = gather(kernel, name, build)
        if isinstance(found, str):
            failed.append(f"FAILED {kernel}: {name}: {found}")
            continue
        table(kernel, name, found)
        write(kernel, name, found)
    return failed


def by_hardware(name, kernels):
    """Where a hypervisor runs the guest on the processor itself, perf sees it as it is: the exit status of perf.

    None: there is no such processor, or no perf; one line says which.
    """
    if not machine.kvm_usable():
        return None
    if not shutil.which("perf"):
        guest.progress.note("this machine has hardware virtualisation: with perf (package linux-perf) `perf kvm` would be used")
        return None
    folder = guest.OUT / "profile"
    folder.mkdir(parents=True, exist_ok=True)
    status = 0
    for kernel in kernels:
        from measurelib import symbols
        plugged = symbols.Kernel(kernel)
        kallsyms = folder / f"{kernel}.kallsyms"
        kallsyms.write_text("".join(f"{address:016x} T {function}\n" for address, function in plugged.code.rows))
        modules = folder / "no-modules"
        modules.write_text("")
        data = folder / f"{name}-{kernel}.perf"
        image = bench_guest.image_write(folder / "root.cpio", symbols.PROGRAM)
        sides = ["perf", "kvm", "--host", "--guest", f"--guestkallsyms={kallsyms}", f"--guestmodules={modules}"]
        run = [str(ROOT / "tools/vm"), "--kernel", kernel, "--cpus", "1", "--accel", "kvm", "--append", "nokaslr", "--root", str(image),
               "--timeout", "120", "--", bench_guest.PROGRAM, "--time", "1000", name]
        print(f"perf kvm: {name} on {kernel}", flush=True)
        done = subprocess.run([*sides, "record", "-o", str(data), "--", *run], check=False)
        status = status or done.returncode
        if done.returncode == 0:
            subprocess.run([*sides, "report", "--stdio", "-i", str(data), "--sort", "sym"], check=False)
    return status
