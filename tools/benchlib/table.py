"""What a measurement prints on a terminal."""

from . import stats
from .campaign import PROGRAM
from .results import FAILED, RATE

TAIL_SHOWN = 8              # lines of a failure's log that are printed


def number(value):
    """Four significant digits, no exponent."""
    if value is None:
        return "-"
    if value >= 1e6:
        return f"{value / 1e6:.4g}M"
    if value >= 1e4:
        return f"{value / 1e3:.4g}k"
    return f"{value:.4g}"


def percent(value):
    return "-" if value is None else f"±{value * 100:.1f}%"


def plain_ratio(value):
    return "-" if value is None else f"{value:.2f}"


def print_rows(title, rows, out):
    width = max([len(title), *(len(row["name"]) for row in rows)])
    has_default = any(row["linux_default"] is not None for row in rows)
    head = f"{title:<{width}} {'unit':>5} {'percival':>10} {'linux':>10} {'ratio':>6} {'spread':>8}  {'band':<10}"
    print(head + ("   default ratio" if has_default else ""), file=out)
    for row in rows:
        line = (f"{row['name']:<{width}} {row['unit']:>5} {number(row['percival']):>10} {number(row['linux']):>10} "
                f"{plain_ratio(row['ratio']):>6} {percent(row['spread']):>8}  {row['band'] or '-':<10}")
        if has_default:
            default = stats.ratio(row["percival"], row["linux_default"], row["unit"])
            line += f"{number(row['linux_default']):>10} {plain_ratio(default):>5}"
        print(line.rstrip(), file=out)
    print(file=out)


def by_ratio(rows):
    """Worst first; what has none stands at the end."""
    return sorted(rows, key=lambda row: (row["ratio"] is None, -(row["ratio"] or 0)))


def print_all(data, failures, out):
    """Tables, failures, summary."""
    timed = [row for row in data["results"] if row["unit"] != RATE]
    rates = [row for row in data["results"] if row["unit"] == RATE]
    if timed:
        print_rows("benchmark", by_ratio(timed), out)
    if rates:
        print_rows("operations per second by name/mode/objects/k", rates, out)
    for failure in failures:
        if failure.kernel == PROGRAM:       # the last line names them
            continue
        print(f"FAILED {failure.kernel}: {failure.name or 'boot'}: {failure.what}"
              + (f" (log: {failure.log})" if failure.log else ""), file=out)
        for line in failure.tail[-TAIL_SHOWN:]:
            print(f"  | {line}", file=out)
    print_summary(data, failures, out)


def print_summary(data, failures, out):
    total = data["meta"]["summary"]
    told = ", ".join(f"{count} {name}" for name, count in sorted(total["bands"].items()))
    print(f"{len(data['results'])} results: {told}", file=out)
    opponent = "Linux at its best" if data["meta"]["ratio_against"] == "linux" else "Linux as it comes"
    if total["geometric_mean"] is not None:
        print(f"geometric mean of {total['compared']} benchmarks against {opponent}: {total['geometric_mean']:.3f}", file=out)
    if total["geometric_mean_default"] is not None and data["meta"]["ratio_against"] == "linux":
        print(f"geometric mean against Linux as it comes: {total['geometric_mean_default']:.3f}", file=out)
    missing = [row["name"] for row in data["results"] if row["band"] == FAILED]
    missing += [f"the kernel {f.kernel}" for f in failures if f.name is None]
    if missing:
        print(f"missing or failed: {', '.join(missing)}", file=out)
