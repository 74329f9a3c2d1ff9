"""docs/performance.md: the tables of the last full run."""

import os

from vmlib.common import Fail

from . import stats
from .page import GROUPS, cell, facts, worst_first
from .results import FAILED, RATE, read_json
from .table import by_ratio, number, percent, plain_ratio

HEAD = """\
# Performance

Written by `make bench-docs` from the last full run of `make bench`; do not edit. How to run it and what the columns mean:
[benchmarks.md](benchmarks.md).
"""


def text(value):
    return str(value).replace("|", "\\|").replace("\n", " ")


def table(columns, rows):
    """A Markdown table; all columns but the first are numbers."""
    lines = ["| " + " | ".join(columns) + " |", "|---|" + "---:|" * (len(columns) - 1)]
    return "\n".join(lines + ["| " + " | ".join(text(c) for c in row) + " |" for row in rows]) + "\n"


def timed_tables(rows):
    parts = []
    names = [group for group in GROUPS if any(row["group"] == group for row in rows)]
    for group in names + sorted({row["group"] for row in rows} - set(names)):
        members = [row for row in rows if row["group"] == group]
        parts.append(f"### {GROUPS.get(group, group.capitalize())}\n")
        parts.append(table(
            ("benchmark", "Percival, ns", "Linux, ns", "ratio", "spread", "band", "Linux default, ns", "ratio"),
            [(row["name"], number(row["percival"]), number(row["linux"]), plain_ratio(row["ratio"]), percent(row["spread"]),
              row["band"] or "-", number(row["linux_default"]),
              plain_ratio(stats.ratio(row["percival"], row["linux_default"], row["unit"]))) for row in by_ratio(members)]))
    return parts


def scaling_table(curves):
    ks = sorted({point["k"] for curve in curves for point in curve["points"]})
    rows = []
    for curve in curves:
        points = {point["k"]: point for point in curve["points"]}
        cells = []
        for k in ks:
            point = points.get(k, {})
            cells.append(f"{number(point.get('percival'))} : {number(point.get('linux'))}")
        rows.append((curve["name"], curve["mode"], curve["objects"], *cells))
    return table(("operation", "by", "objects", *(f"k = {k}" for k in ks)), rows)


def count_table(data):
    return table(("operation", "Percival", "Linux", "ratio"),
                 [(row["name"], cell(row.get("percival")), cell(row.get("linux")), plain_ratio(row.get("ratio")))
                  for row in worst_first(data["results"])])


def make(data, insn, conflicts):
    meta, total = data["meta"], data["meta"]["summary"]
    rows = data["results"]
    parts = [HEAD]
    if total["geometric_mean"] is not None:
        line = f"Geometric mean of {total['compared']} ratios, Percival : Linux at its best: **{total['geometric_mean']:.2f}**"
        if total["geometric_mean_default"] is not None:
            line += f"; against Linux with defaults: {total['geometric_mean_default']:.2f}"
        parts.append(f"{line}. {total['at_or_below_0.80']} of them are at or below 0.80.\n")
    failed = [f"- {row['name']}: {row.get('error', 'failed')}" for row in rows if row["band"] == FAILED]
    if failed:
        parts.append("Failed or missing:\n\n" + "\n".join(failed) + "\n")
    parts.append("## Where and how\n")
    parts.append("\n".join(f"- {what}: `{value}`" if what == "command" else f"- {what}: {value}" for what, value in facts(meta)) + "\n")
    parts += [f"{name}:\n\n```\n{kernel['command']}\n{kernel['qemu']}\n```\n" for name, kernel in meta["kernels"].items()]
    parts.append("## Time\n")
    parts += timed_tables([row for row in rows if row["unit"] != RATE])
    if data["scaling"]:
        parts.append("## Scaling\n\nOperations per second, Percival : Linux, when k do the same at once.\n")
        parts.append(scaling_table(data["scaling"]))
    if insn:
        parts.append("## Kernel instructions per operation\n")
        parts.append(count_table(insn))
    if conflicts:
        parts.append("## Conflicting cache lines per operation\n\nOn private objects.\n")
        parts.append(count_table(conflicts))
    return "\n".join(parts)


def write(folder, path):
    """Make the page from a folder's full.json, insn.json and conflicts.json; its path."""
    data = read_json(folder / "full.json")
    if data is None:
        raise Fail(f"no full run in {folder}: `make bench` first (all names, Percival and Linux)")
    new = path.with_name(path.name + ".new")
    new.write_text(make(data, read_json(folder / "insn.json"), read_json(folder / "conflicts.json")))
    os.replace(new, path)
    return path
