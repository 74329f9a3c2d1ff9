"""Tests of tools/bench and tools/benchdiff: a stand-in for the program, mostly without a guest."""

import csv
import json
import os
import subprocess
import tempfile
from pathlib import Path

import cases
from external import Failed

HERE = Path(__file__).resolve().parent
BENCH = str(cases.TOP / "tools" / "bench")
DIFF = str(cases.TOP / "tools" / "benchdiff")
ROW_KEYS = {"name", "unit", "percival", "linux", "linux_default", "ratio", "spread", "band"}
LIMIT = 60


def expect(condition, what, shown=""):
    if not condition:
        raise Failed(f"{what}\n{shown}")


class Measured:
    """One run of tools/bench with the stand-ins: status, out, err, and results.json."""

    def __init__(self, folder, *argv, vm=HERE / "vm", **env):
        self.folder = Path(folder)
        words = [BENCH, "run", "--program", HERE / "program", "--vm", vm, "--out", folder, "--cpus", "2", *argv]
        env = {**os.environ, "BENCH_PROGRAM": str(HERE / "program"), "BENCH_STATE": str(folder), **env}
        done = subprocess.run([str(w) for w in words], cwd=cases.TOP, env=env, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=LIMIT)
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr
        self.all = self.out + self.err
        path = self.folder / "results.json"
        self.data = json.loads(path.read_text()) if path.exists() else None
        self.rows = {row["name"]: row for row in self.data["results"]} if self.data else {}


def test_good(report):
    """All is well: status 0, exact form, order A B C, the same iterations everywhere."""
    with tempfile.TemporaryDirectory() as folder:
        m = Measured(folder, "--names", "quick slow curve teststorm", "--rounds", "3")
        expect(m.status == 0, f"status {m.status}", m.all)
        expect(set(m.data) >= {"meta", "results", "scaling"}, "parts of results.json are missing")
        for row in m.data["results"]:
            expect(ROW_KEYS <= set(row), f"keys are missing: {row}")
        quick = m.rows["quick"]
        expect((quick["percival"], quick["linux"], quick["linux_default"]) == (100, 200, 200), "wrong figures", quick)
        expect(quick["ratio"] == 0.5 and quick["band"] == "faster" and quick["spread"] == 0, "wrong ratio", quick)
        expect(m.rows["curve/threads/private/2"]["percival"] == 2000, "no scaling curve", m.out)
        expect(len(m.data["scaling"]) == 5 and len(m.data["scaling"][0]["points"]) == 2, "wrong curves", m.data["scaling"])
        expect(m.data["meta"]["summary"]["geometric_mean"] == 0.5, "wrong mean", m.out)
        expect(m.data["meta"]["kernels"]["percival"]["qemu"].startswith("qemu-system"), "no command line in meta")
        calls = [line.split() for line in (Path(folder) / "calls").read_text().splitlines()]
        order = [kernel for kernel, name, _ in calls if name == "slow"]
        expect(order == ["percival"] + 3 * ["percival", "linux", "linux-default"], f"wrong order: {order}")
        expect({n for _, name, n in calls if name == "slow"} == {"4000"}, "iterations differ", calls)
        with open(Path(folder) / "results.csv") as lines:
            expect(len(list(csv.DictReader(lines))) == len(m.rows), "results.csv has other rows")
        page = (Path(folder) / "report.html").read_text()
        expect("quick" in page and "<svg" in page and "http" not in page, "report.html is not whole, or not alone")


def test_bad_benchmarks(report):
    """A crash, a hang, an error, silence, a dying guest, a name that is not there: each is named, the others still run."""
    with tempfile.TemporaryDirectory() as folder:
        names = "crash hang fails silent dies absent quick"
        m = Measured(folder, "--names", names, "--rounds", "1", "--hang", "2", "--kernels", "percival linux-default")
        expect(m.status == 1, f"status {m.status}", m.all)
        expect(m.rows["quick"]["ratio"] == 0.5, "the good one did not run", m.all)
        expect(m.rows["dies"]["linux_default"] == 200, "Linux did not run it", m.rows["dies"])
        for name in names.split()[:-1]:
            expect(m.rows[name]["band"] == "failed" and m.rows[name]["ratio"] is None, f"{name} is not a failure", m.rows[name])
            expect(m.rows[name]["error"], f"{name}: no reason", m.rows[name])
        for words in ("percival: crash: killed by SIGSEGV", "percival: hang: hangs: no end after 2 s", "pipe: Function not implemented",
                      "percival: silent: exit status 3", "percival: dies: the guest ended", "absent"):
            expect(words in m.out, f"the table does not say: {words}", m.all)
        log = (Path(folder) / "logs" / "percival-crash-round0.log").read_text()
        expect("about to crash" in log and "the log of percival" in log, "wrong log", log)


def test_no_boot(report):
    """A kernel that does not boot is named with its log; the other's figures come."""
    with tempfile.TemporaryDirectory() as folder:
        m = Measured(folder, "--names", "quick", "--rounds", "2", "--kernels", "percival linux", BENCH_NO_BOOT="percival")
        expect(m.status == 1, f"status {m.status}", m.all)
        expect("FAILED percival: boot: the guest ended: the guest panicked: no root" in m.out, "not named", m.all)
        expect("the log of percival" in m.out, "no log", m.all)
        expect(m.rows["quick"]["linux"] == 200 and m.rows["quick"]["band"] == "failed", "no figures", m.all)


def test_no_linux(report):
    """Without Linux: one clear line, and Percival's own figures."""
    with tempfile.TemporaryDirectory() as folder:
        fakes = Path(folder, "path")
        fakes.mkdir()
        for name in ("apt-get", "apt-cache", "sudo"):
            (fakes / name).write_text("#!/bin/sh\nexit 1\n")
            (fakes / name).chmod(0o755)
        m = Measured(folder, "--names", "quick", "--rounds", "1", PERCIVAL_LINUX=str(Path(folder, "none")),
                     PATH=f"{fakes}:{os.environ['PATH']}")
        told = [line for line in m.err.splitlines() if "no Linux to compare with" in line]
        expect(m.status == 0 and len(told) == 1, f"status {m.status}", m.all)
        expect(m.rows["quick"]["percival"] == 100 and m.rows["quick"]["ratio"] is None, "no figures", m.all)


def test_usage(report):
    """Bad options and a program that is not there end with one line and status 2."""
    for argv in (["--rounds", "0"], ["--kernels", "plan9"], ["--program", "/nonexistent"], ["--colour"]):
        done = subprocess.run([BENCH, *argv], capture_output=True, text=True, timeout=LIMIT)
        expect(done.returncode == 2 and done.stderr.count("\n") == 1, f"{argv}: status {done.returncode}", done.stderr)


def test_diff(report):
    """benchdiff: 1 for what became worse beyond its spread, failed or is missing; 0 for noise."""
    def row(name, ratio, spread=0.05, unit="ns", **more):
        return {"name": name, "unit": unit, "percival": ratio and 100 * ratio, "linux": 100, "linux_default": None,
                "ratio": ratio, "spread": spread, "band": "ok", **more}

    def diff(folder, old, new):
        for name, rows in (("old", old), ("new", new)):
            (Path(folder) / f"{name}.json").write_text(json.dumps({"meta": {}, "results": rows}))
        done = subprocess.run([DIFF, f"{folder}/old.json", f"{folder}/new.json"], capture_output=True, text=True, timeout=LIMIT)
        return done.returncode, done.stdout + done.stderr

    def count(value):
        return {**row("getpid", None, None, "insn"), "percival": value}

    with tempfile.TemporaryDirectory() as folder:
        for old, new, status, word in (
                ([row("a", 0.5)], [row("a", 0.54)], 0, "1 same"),
                ([row("a", 0.5)], [row("a", 0.6)], 1, "worse"),
                ([row("a", 0.5)], [row("a", 0.4)], 0, "better"),
                ([row("a", 0.5), row("b", 1)], [row("a", 0.5)], 1, "1 missing"),
                ([row("a", 0.5)], [row("a", None, band="failed")], 1, "1 failed"),
                ([row("a", 0.5)], [row("a", 0.5), row("b", 1)], 0, "1 new"),
                ([count(1000)], [count(1030)], 1, "worse"),
                ([count(1000)], [count(1010)], 0, "1 same"),
                ([count(0)], [count(2)], 1, "from 0")):
            got, said = diff(folder, old, new)
            expect(got == status and word in said, f"{old} -> {new}: status {got}", said)
        done = subprocess.run([DIFF, folder + "/none", folder + "/none"], capture_output=True, text=True, timeout=LIMIT)
        expect(done.returncode == 2 and done.stderr.count("\n") == 1, "a missing file", done.stderr)


def test_docs(report):
    """The documentation is made from a full run and from nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([BENCH, "docs", "--out", folder, "--page", f"{folder}/page.md"], capture_output=True, text=True,
                              timeout=LIMIT)
        expect(done.returncode == 2 and "no full run" in done.stderr, "made from nothing", done.stderr)
        Measured(folder, "--names", "quick curve", "--rounds", "2")
        os.rename(f"{folder}/results.json", f"{folder}/full.json")
        done = subprocess.run([BENCH, "docs", "--out", folder, "--page", f"{folder}/page.md"], capture_output=True, text=True,
                              timeout=LIMIT)
        page = Path(folder, "page.md")
        expect(done.returncode == 0 and "| quick | 100 | 200 | 0.50 |" in page.read_text(), "wrong page", done.stderr)
        expect(str(cases.TOP) not in page.read_text(), "the page names this machine's folders")


def test_guest(report):
    """In a guest: figures, and a benchmark that hangs is ended without stopping the rest."""
    with tempfile.TemporaryDirectory() as folder:
        m = Measured(folder, "--names", "crash hang quick", "--rounds", "1", "--hang", "2", "--kernels", "percival",
                     vm=cases.TOP / "tools" / "vm")
        expect(m.status == 1 and m.rows["quick"]["percival"] == 200, f"status {m.status}", m.all)
        expect("killed by SIGSEGV" in m.rows["crash"]["error"] and "hangs" in m.rows["hang"]["error"], "wrong reasons", m.all)
        expect("percival" in m.data["meta"]["kernels"]["percival"]["version"], "no version", m.all)


def tests(a):
    found = {name: f for name, f in globals().items() if name.startswith("test_")}
    return [(f"bench/{name[5:]}", f) for name, f in found.items()]
