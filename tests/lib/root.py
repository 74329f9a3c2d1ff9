"""Builds the root that the test guests run in: BusyBox, the driver, the cases."""

import os
import re
import shutil
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor

import cases as cases_
import guest
from cpio import Archive

HERE = cases_.TOP / "tests" / "lib"

PASSWD = """\
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/sh
alice:x:1000:1000:Alice:/home/alice:/bin/sh
bob:x:1001:1001:Bob:/home/bob:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/sh
"""
GROUP = """\
root:x:0:
daemon:x:1:
tty:x:5:
staff:x:50:alice,bob
alice:x:1000:
bob:x:1001:
nogroup:x:65534:
"""


def base():
    """An archive with BusyBox under all its names and what it expects in /etc."""
    a = Archive()
    for d in ("bin", "dev", "etc", "home", "proc", "root", "sbin", "sys", "usr"):
        a.dir(d)
    a.dir("tmp", 0o1777)
    with open(guest.busybox(), "rb") as f:
        a.file("bin/busybox", f.read(), 0o755)
    for name in guest.applets():
        if name != "busybox":
            a.link(f"bin/{name}", "busybox")
    for d in ("usr/bin", "usr/sbin", "home/alice", "home/bob"):
        a.dir(d)
    a.file("etc/passwd", PASSWD)
    a.file("etc/group", GROUP)
    a.file("etc/shells", "/bin/sh\n")
    a.node("dev/console", stat.S_IFCHR, 5, 1)
    a.node("dev/null", stat.S_IFCHR, 1, 3, 0o666)
    return a


def build_programs(todo):
    """Compile the driver and the C cases of todo. Returns {case name: error}."""
    for tool in ("driver", "onpty"):
        guest.compile_static(HERE / f"{tool}.c", cases_.BUILD / tool)
    broken = {}

    def build(case):
        try:
            guest.compile_static(case.source, case.binary())
        except Exception as e:  # the compiler has said why
            broken[case.name] = str(e)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(build, (c for c in todo if c.is_program)))
    return broken


def add_tests(a, todo, kernel, scale):
    """What every root holds below /tests: the driver, the list, the cases."""
    a.dir("tests", 0o777)
    for tool in ("driver", "onpty"):
        a.file(f"tests/{tool}", (cases_.BUILD / tool).read_bytes(), 0o755)
    a.file("tests/kernel", kernel + "\n")
    a.file("tests/scale", scale + "\n")
    a.file("tests/list", "".join(
        f"{c.name} {c.limit} {c.guest_path}\n" for c in todo))
    for c in todo:
        data = c.binary().read_bytes() if c.is_program else c.source.read_bytes()
        a.file(c.guest_path, data, 0o755)


class BusyBoxRoot:
    """The small root of most suites."""

    memory = "512M"

    @staticmethod
    def pack(todo, kernel, scale, path):
        """Write the root for running the cases todo, in this order, to path."""
        a = base()
        add_tests(a, todo, kernel, scale)
        a.link("bin/onpty", "/tests/onpty")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(a.bytes())
        return path


def unit_sources():
    """What of the tree the unit tests are built from: their recipe, themselves, the sources they name, the headers."""
    top = cases_.TOP
    found = {top / "mk/test.mk"}
    for folder in ("include", "src/arch/host/include"):
        found.update((top / folder).rglob("*.h"))
    left = list((top / "tests/unit").glob("*/*.c"))
    while left:
        source = left.pop()
        if source in found:
            continue
        found.add(source)
        text = source.read_text()
        named = re.findall(r"/\* unit: (.*?) *\*/", text)
        left += [top / name for name in " ".join(named).split()]
        left += [(source.parent / name).resolve() for name in re.findall(r'^#include "(.+)"', text, re.M)]
    return found


class DebianRoot:
    """tools/fetch-debian's folder as an archive, made once, with the tests in a second archive behind it."""

    memory = "3G"

    @staticmethod
    def pack(todo, kernel, scale, path):
        folder = subprocess.run([cases_.TOP / "tools/fetch-debian"], check=True, stdout=subprocess.PIPE,
                                text=True).stdout.strip()
        whole = cases_.BUILD / "debian.cpio"
        stamp = os.path.join(os.path.dirname(folder), "packages")
        if not whole.exists() or whole.stat().st_mtime < os.stat(stamp).st_mtime:
            with open(whole, "wb") as out:
                names = subprocess.run(["find", ".", "-print0"], cwd=folder, check=True, stdout=subprocess.PIPE).stdout
                subprocess.run(["cpio", "-0", "-o", "-H", "newc", "-R", "0:0", "--quiet"], cwd=folder, check=True,
                               input=names, stdout=out)
        a = Archive()
        add_tests(a, todo, kernel, scale)
        a.link("usr/bin/onpty", "/tests/onpty")
        for tool in sorted((cases_.TOP / "tests/debian/lib").iterdir()):
            a.file(f"usr/bin/{tool.name}", tool.read_bytes(), 0o755)
        for source in sorted(unit_sources()):
            a.file(f"tests/source/{source.relative_to(cases_.TOP)}", source.read_bytes())
        a.node("dev/console", stat.S_IFCHR, 5, 1)
        a.node("dev/null", stat.S_IFCHR, 1, 3, 0o666)
        path = path.with_name("debian-" + path.name)
        shutil.copyfile(whole, path)
        with open(path, "ab") as out:
            out.write(bytes(-out.tell() % 512) + a.bytes())
        return path


MACHINES = {False: BusyBoxRoot, True: DebianRoot}
