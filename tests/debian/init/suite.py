"""Debian's OpenRC as the first process: booted to its default runlevel and shut down by itself.

The root is made of the package openrc, what it needs, and the files below openrc/: its services, and a report
that the last of them starts. What is compared is what stands on the console but for the
kernel's own lines: OpenRC's in their order, and the report's, each led by "@ ". Recorded on Linux as openrc.expected by `tests/run --record --suite init`.
"""

import os
import re
import stat
import subprocess

import cases
import guest
from cpio import Archive
from external import Failed

HERE = cases.TOP / "tests" / "debian" / "init"
EXPECTED = HERE / "openrc.expected"
BUILD = cases.BUILD / "init"
PACKAGES = ["base-files", "base-passwd", "bash", "coreutils", "dash", "grep", "sed", "hostname", "mount", "util-linux", "procps", "openrc"]
TIMEOUT = 400                               # s; Linux takes its time


def package_closure(root, names):
    """names and all that they need, as far as they are installed in root."""
    needs = {}
    for entry in (root / "var/lib/dpkg/status").read_text().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in entry.splitlines() if re.match(r"[A-Z][\w-]*: ", line))
        words = ",".join(fields.get(f, "") for f in ("Depends", "Pre-Depends"))
        needs[fields.get("Package")] = {re.split(r"[ :(]", w.strip())[0] for group in words.split(",") for w in group.split("|")}
    todo, found = list(names), set()
    while todo:
        name = todo.pop()
        if name in needs and name not in found:
            found.add(name)
            todo += needs[name]
    return found


def package_files(root, names):
    """What the packages hold, as paths below root; documentation was left out when they were unpacked."""
    for name in sorted(names):
        for line in (root / f"var/lib/dpkg/info/{name}.list").read_text().splitlines():
            path = line.lstrip("/")
            top = path.split("/")[0]
            if top in ("bin", "sbin", "lib", "lib64"):
                path = "usr/" + path
            if os.path.lexists(root / path):
                yield path


def add_tree(a, root, paths):
    for path in sorted(set(paths)):
        at = root / path
        mode = at.lstat().st_mode
        if stat.S_ISLNK(mode):
            a.link(path, os.readlink(at))
        elif stat.S_ISREG(mode):
            a.file(path, at.read_bytes(), stat.S_IMODE(mode))
        elif path not in ("bin", "sbin", "lib", "lib64"):
            a.dir(path, stat.S_IMODE(mode))


def image():
    folder = subprocess.run([cases.TOP / "tools/fetch-debian"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    root = type(HERE)(folder)
    a = Archive()
    for name in ("bin", "sbin", "lib", "lib64"):
        a.link(name, f"usr/{name}")
    for name in ("dev", "proc", "sys", "run", "tmp", "srv", "root"):
        a.dir(name)
    ours = HERE / "openrc"
    replaced = {str(p.relative_to(ours)) for p in ours.rglob("*") if p.is_file()}
    paths = [p for p in package_files(root, package_closure(root, PACKAGES))
             if p not in replaced and not p.startswith(("etc/init.d/", "etc/runlevels/", "usr/share/"))]
    add_tree(a, root, paths + ["usr/bin/sh", "etc/passwd", "etc/group", "etc/ld.so.cache"])
    add_tree(a, ours, replaced)
    for line in (HERE / "openrc/runlevels").read_text().splitlines():
        level, *services = line.split()
        a.dir(f"etc/runlevels/{level}")
        for s in services:
            a.link(f"etc/runlevels/{level}/{s}", f"/etc/init.d/{s}")
    a.node("dev/console", stat.S_IFCHR, 5, 1)
    a.node("dev/null", stat.S_IFCHR, 1, 3, 0o666)
    BUILD.mkdir(parents=True, exist_ok=True)
    path = BUILD / "openrc.cpio"
    path.write_bytes(a.bytes())
    return path


def console(kernel, cpus, build="gcc"):
    """Boot it; OpenRC's lines and the report's, from the console."""
    log = BUILD / f"log-{kernel}-{cpus}.txt"
    r = guest.run(["--kernel", kernel, *(["--build", build] if kernel == "percival" else []), "--cpus", cpus, "--mem", "1G",
                   "--initrd", image(), "--append", "rdinit=/sbin/openrc-init"], timeout=TIMEOUT, log=log)
    lines = [l.rstrip() for l in r.log.replace("\r", "").split("\n")]
    kept = [re.sub(r"\bLinux \S+ ", "", l) for l in lines if l and not re.match(r"vm: |\[ *\d+\.\d+\]", l)]
    if "@ the end" not in kept:
        raise Failed("it did not come to the report's end\n" + "\n".join(kept[-30:]) + "\n" + r.tail())
    if b"powered off" not in r.err:
        raise Failed("it did not switch itself off\n" + r.tail())
    return "\n".join(kept) + "\n"


def compare(kernel, cpus, build):
    import differential

    shown = console(kernel, cpus, build)
    if not EXPECTED.exists():
        raise Failed("never recorded: tests/run --record --suite init")
    if shown != EXPECTED.read_text():
        raise Failed(differential.diff(EXPECTED.read_text(), shown, ("recorded on Linux", f"{kernel} now")))


def tests(a):
    kernels = {"both": ["linux", "percival"]}.get(a.kernel, [a.kernel])
    if a.full and "linux" not in kernels:
        kernels.append("linux")
    cpus = a.cpus if a.full or a.filter else [max(a.cpus)]
    return [(f"init/OpenRC on {k}, {n} CPUs", lambda report, k=k, n=n: compare(k, n, a.build)) for k in kernels for n in cpus]


def record(a):
    shown = {n: console("linux", n) for n in a.cpus}
    if len(set(shown.values())) != 1:
        raise Failed("it differs by number of CPUs:\n" + "\n\n".join(shown.values()))
    EXPECTED.write_text(shown[a.cpus[0]])
