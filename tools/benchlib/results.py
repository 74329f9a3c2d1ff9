"""The results of a measurement as data: rows, meta, files.

results.json is {"meta", "results", "scaling", "failures"}.  A row of "results" has the keys KEYS (null: not known) and,
beside them, "group", "iterations", "bytes", "error" and "samples": {kernel: [value of round 1, 2, ...]}.
"band" is one of faster, ok, marginal, regression; "failed" if anything about the benchmark failed; null if there is
nothing to compare with.  "scaling" has one curve per benchmark, mode and objects, its points by k.
"""

import csv
import hashlib
import json
import os
import platform
import re
import subprocess
import time

from vmlib.common import ROOT

from . import stats

KEYS = ("name", "unit", "percival", "linux", "linux_default", "ratio", "spread", "band")
COLUMNS = ("percival", "linux", "linux-default")
FAILED = "failed"
RATE = "ops/s"


def rounded(value, digits=4):
    """Significant digits enough to compare, few enough to read."""
    return None if value is None else float(f"{value:.{digits}g}")


class Table:
    """Makes rows of a Campaign's samples."""

    def __init__(self, campaign, opponent):
        self.campaign = campaign
        self.opponent = opponent        # the kernel that ratio is against, None if there is none
        self.errors = {}
        for failure in campaign.failures:
            if failure.name is not None:
                self.errors.setdefault(failure.name, []).append(f"{failure.kernel}: {failure.what}")

    def row(self, key, name, unit, **more):
        samples = {kernel: by_key.get(key, {}) for kernel, by_key in self.campaign.samples.items()}
        figures = {kernel: stats.figure(list(values.values())) for kernel, values in samples.items()}
        ours, theirs = samples.get("percival", {}), samples.get(self.opponent, {})
        ratio = stats.ratio(figures.get("percival"), figures.get(self.opponent), unit)
        row = {"name": name, "unit": unit, "percival": rounded(figures.get("percival")),
               "linux": rounded(figures.get("linux")), "linux_default": rounded(figures.get("linux-default")),
               "ratio": rounded(ratio), "spread": rounded(stats.spread(ours, theirs, unit), 3),
               "band": stats.band(ratio), **more}
        error = self.error(name if isinstance(key, str) else key[0], figures)
        if error:
            row.update(ratio=None, spread=None, band=FAILED, error=error)
        row["samples"] = {kernel: [values.get(n) for n in range(1, self.campaign.options.rounds + 1)]
                          for kernel, values in samples.items()}
        return row

    def error(self, benchmark, figures):
        """Why this row is a failure, None if it is none."""
        told = list(self.errors.get(benchmark, []))
        for kernel, value in figures.items():
            if kernel in self.campaign.dead:
                told.append(f"{kernel} did not boot")
            elif value is None and not any(line.startswith(kernel + ":") for line in told):
                told.append(f"{kernel}: no result")
        return "; ".join(dict.fromkeys(told)) or None

    def rows(self):
        """One per benchmark, then one per point of a scaling curve, in the program's order."""
        plain = [self.row(b.name, b.name, b.unit, group=b.group, iterations=b.iterations, bytes=b.bytes)
                 for b in self.campaign.benchmarks if b.kind == "time"]
        return plain + [row for b in self.campaign.benchmarks if b.kind != "time" for row in self.points(b)]

    def points(self, benchmark):
        keys = sorted({key for by_key in self.campaign.samples.values() for key in by_key
                       if isinstance(key, tuple) and key[0] == benchmark.name})
        if not keys:
            return [self.row((benchmark.name,), benchmark.name, RATE, group=benchmark.kind)]
        return [self.row(key, "{}/{}/{}/{}".format(*key), RATE, group=benchmark.kind) for key in keys]


def curves(rows):
    """The scaling rows as curves: [{"name", "mode", "objects", "unit", "points": [{"k", figures}]}]."""
    found = {}
    for row in rows:
        parts = row["name"].split("/")
        if row["unit"] == RATE and len(parts) == 4:
            name, mode, objects, k = parts
            curve = found.setdefault((name, mode, objects), {"name": name, "mode": mode, "objects": objects,
                                                             "unit": RATE, "points": []})
            curve["points"].append({"k": int(k), **{c: row[c] for c in ("percival", "linux", "linux_default", "ratio")}})
    return list(found.values())


def summary(rows):
    """Of the rows that are times: how many of each band, and the geometric means."""
    timed = [row for row in rows if row["unit"] != RATE]
    bands = {}
    for row in rows:
        bands[row["band"] or "no comparison"] = bands.get(row["band"] or "no comparison", 0) + 1
    good = [row for row in timed if row["band"] != FAILED]
    default = [stats.ratio(row["percival"], row["linux_default"], row["unit"]) for row in good]
    return {"geometric_mean": rounded(stats.geometric_mean([row["ratio"] for row in good])),
            "geometric_mean_default": rounded(stats.geometric_mean(default)),
            "at_or_below_0.80": sum(row["ratio"] is not None and row["ratio"] <= 0.80 for row in good),
            "compared": sum(row["ratio"] is not None for row in good), "benchmarks": len(timed), "bands": bands}


# --- where it was measured ---

def said_by(*argv):
    try:
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def host_cpu():
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as info:
            return next((line.partition(":")[2].strip() for line in info if line.startswith("model name")), "unknown")
    except OSError:
        return platform.processor() or "unknown"


def revision():
    """git's revision, with "+" when the sources differ from it."""
    commit = said_by("git", "rev-parse", "--short=12", "HEAD")
    return commit + ("+" if commit and said_by("git", "status", "--porcelain", "--untracked-files=no") else "") or "unknown"


def accelerator(qemu):
    found = re.search(r"-accel (\S+)", qemu or "")
    return found[1] if found else "unknown"


def meta(options, guests, command, load):
    """All that someone needs to do it again, and to doubt it."""
    qemu = next((g.qemu for g in guests.values() if g.qemu), None)
    machine, cpu = (re.search(pattern, qemu or "") for pattern in (r" -M (\S+)", r" -cpu (\S+)"))
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "command": command,
        "revision": revision(),
        "host_cpu": host_cpu(), "host_cores": os.cpu_count(), "host_kernel": platform.release(), "host_load": load,
        "qemu": said_by("qemu-system-x86_64", "--version").splitlines()[:1],
        "accelerator": accelerator(qemu), "machine": machine[1] if machine else "unknown",
        "guest_cpu": cpu[1] if cpu else "unknown", "cpus": options.cpus, "memory": options.mem,
        "rounds": options.rounds, "rounds_inside": options.inner, "calibrated_to_ms": options.time,
        "program": {"path": os.path.relpath(options.program, ROOT),
                    "sha256": hashlib.sha256(open(options.program, "rb").read()).hexdigest()},
        "kernels": {name: {"version": g.uname, "command": g.command(), "qemu": g.qemu} for name, g in guests.items()},
    }


# --- files ---

def write_json(path, data):
    """Whole or not at all."""
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(data, indent=1) + "\n")
    os.replace(new, path)


def write_csv(path, rows):
    columns = [KEYS[0], "group", *KEYS[1:], "iterations", "error"]
    new = path.with_name(path.name + ".new")
    with open(new, "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(["" if row.get(c) is None else row[c] for c in columns])
    os.replace(new, path)


def read_json(path):
    """The data, or None if there is no such file; a broken one is an error of its own."""
    try:
        data = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    if not isinstance(data, dict) or not isinstance(data.get("results"), list):
        raise ValueError(f"{path}: no results in it")
    return data


def write_logs(folder, failures):
    """One file per failure; its name goes into the failure."""
    for failure in failures:
        if not failure.tail:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        words = f"{failure.kernel}-{failure.name or 'boot'}-round{failure.round}"
        path = folder / (re.sub(r"[^\w.-]", "_", words) + ".log")
        path.write_text(f"{failure.kernel}: {failure.name or 'boot'}: {failure.what}\n\n" + "\n".join(failure.tail) + "\n")
        failure.log = os.path.relpath(path, ROOT) if path.is_relative_to(ROOT) else str(path)
