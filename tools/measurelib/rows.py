"""Rows of insn.json and conflicts.json: the form of tools/benchlib/results.py, with the smaller side being the better."""

import os
import time

from benchlib import results, stats
from measurelib import guest


def row(name, unit):
    return {"name": name, "unit": unit, "percival": None, "linux": None, "linux_default": None, "ratio": None,
            "spread": None, "band": None}


def judge(one):
    """Ratio and band. Linux's 0 cannot be divided by: 0 against it is as good, anything else is worse."""
    ours, theirs = one["percival"], one["linux"]
    if one.get("error"):
        one["band"] = results.FAILED
    elif ours is None or theirs is None:
        pass
    elif theirs == 0:
        one["ratio"], one["band"] = (1.0, "ok") if ours == 0 else (None, stats.WORST)
    else:
        one["ratio"] = results.rounded(ours / theirs)
        one["band"] = stats.band(ours / theirs)
    return one


def failed(one, kernel, why):
    one["error"] = "; ".join(filter(None, [one.get("error"), f"{kernel}: {why}"]))


def meta(command, kernels, plugged, seconds, **more):
    return {"date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()), "command": command, "revision": results.revision(),
            "qemu": results.said_by("qemu-system-x86_64", "--version").splitlines()[:1], "accelerator": "tcg",
            "host_cpu": results.host_cpu(), "host_cores": os.cpu_count(), "seconds": round(seconds, 1),
            "kernels": {k: {"version": p.guest.uname, "qemu": p.guest.qemu} for k, p in plugged.items()
                        if k in kernels and p.guest}, **more}


def write(file, about, rows, is_all=False):
    """The file keeps the rows of other names, so that measuring one name anew does not lose the rest, unless these are all."""
    guest.OUT.mkdir(parents=True, exist_ok=True)
    path = guest.OUT / file
    try:
        old = results.read_json(path)
    except ValueError:
        old = None
    fresh = {one["name"]: one for one in rows}
    known = [name for name, *_ in guest.names_known()]
    kept = {one["name"]: one for one in (old["results"] if old and not is_all else []) if one["name"] in known}
    kept.update(fresh)
    ordered = sorted(kept.values(), key=lambda one: known.index(one["name"]) if one["name"] in known else len(known))
    results.write_json(path, {"meta": about, "results": ordered})
    results.write_csv(path.with_suffix(".csv"), ordered)
    return path


def failures(rows):
    """Lines that name what failed."""
    return [f"FAILED {one['name']}: {one['error']}" for one in rows if one.get("error")]
