"""report.html: one page that needs nothing else, made from the JSON files beside it.

Bars are HTML and CSS, so that names stay readable on a telephone and for a screen reader; curves are SVG.
"""

import math
import os
from html import escape

from . import stats
from .results import FAILED, RATE, read_json
from .svg import SERIES, legend, scaling_chart
from .table import by_ratio, number, percent, plain_ratio

SCALE = 10.0                # the bars' axis goes from 1/SCALE to SCALE, by the logarithm
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10)
GROUPS = {"syscall": "System calls", "file": "Files", "event": "Events", "memory": "Memory", "process": "Processes",
          "ipc": "Communication", "shell": "Shell", "bandwidth": "Bandwidth"}

STYLE = """
:root{--ink:#1c1e21;--soft:#5c636b;--paper:#fff;--panel:#f4f5f7;--rule:#d4d8dd;
--faster:#1a7f4b;--ok:#3573b5;--marginal:#a96a00;--regression:#c0342b;--failed:#8a2be2;
--percival:#1a7f4b;--linux:#c0502b;--linux_default:#6b7280}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a3abb5;--paper:#16181b;--panel:#202428;--rule:#3a4047;
--faster:#4cc38a;--ok:#6cb0f5;--marginal:#e6a93c;--regression:#ff7b70;--failed:#c79bff;
--percival:#4cc38a;--linux:#ff9a6c;--linux_default:#9aa3ad}}
@media print{:root{--ink:#000;--soft:#444;--paper:#fff;--panel:#fff;--rule:#bbb;--faster:#1a7f4b;--ok:#3573b5;
--marginal:#a96a00;--regression:#c0342b;--failed:#8a2be2;--percival:#1a7f4b;--linux:#c0502b;--linux_default:#6b7280}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
details:not([open]){display:none}.row,.card,tr,svg.chart{break-inside:avoid}h2,h3{break-after:avoid}nav{display:none}
.scroll{overflow:visible!important}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:68rem;background:var(--paper);color:var(--ink);
font:16px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
h1{font-size:1.6rem;line-height:1.2;margin:.4rem 0}h2{font-size:1.25rem;margin:2.2rem 0 .5rem;border-bottom:1px solid var(--rule)}
h3{font-size:1rem;margin:1.2rem 0 .3rem}p{margin:.5rem 0}.soft{color:var(--soft)}a{color:var(--ok)}
nav a{margin-right:1rem;white-space:nowrap}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.6rem;margin:1rem 0}
.card{background:var(--panel);border:1px solid var(--rule);border-radius:.5rem;padding:.6rem .8rem}
.card b{display:block;font-size:1.5rem;line-height:1.2}.card span{color:var(--soft);font-size:.85rem}
.row{display:grid;grid-template-columns:minmax(8.5rem,13rem) minmax(6rem,1fr) 11.5rem;gap:.6rem;align-items:center;
padding:.1rem 0;font-size:.9rem}
.row.head{color:var(--soft);font-size:.8rem}
.name{overflow-wrap:anywhere}.figures{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.figures small{color:var(--soft)}.failed .figures{white-space:normal}
.track{position:relative;height:1.05rem;background:var(--panel)}
.track::after{content:"";position:absolute;left:calc(50% - 1px);top:-.35rem;bottom:-.35rem;width:2px;background:var(--soft)}
.bar{position:absolute;top:15%;height:70%;border-radius:2px}.spread{position:absolute;top:calc(50% - 1px);height:2px;background:var(--ink)}
.default{position:absolute;top:0;height:100%;width:0;border-left:2px dotted var(--ink)}
.ticks{position:relative;height:1.1rem}.ticks span{position:absolute;transform:translateX(-50%)}
.faster .bar,.key.faster{background:var(--faster)}.ok .bar,.key.ok{background:var(--ok)}
.marginal .bar,.key.marginal{background:repeating-linear-gradient(45deg,var(--marginal) 0 6px,transparent 6px 8px),var(--marginal)}
.regression .bar,.key.regression{background:var(--regression)}
.failed .name,.bad{color:var(--failed);font-weight:600}
.tag.faster{color:var(--faster)}.tag.ok{color:var(--ok)}.tag.marginal{color:var(--marginal)}
.tag.regression{color:var(--regression);font-weight:600}.tag.failed{color:var(--failed);font-weight:600}
.key{display:inline-block;width:1em;height:.8em;border-radius:2px;margin-right:.3em}
.legend span{display:inline-block;margin-right:1.1rem;font-size:.9rem}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:.8rem}
figure{margin:0}figcaption{font-size:.85rem;color:var(--soft)}svg.chart{width:100%;height:auto;display:block}
.grid{stroke:var(--rule)}.tick{fill:var(--soft);font-size:11px}.line{fill:none;stroke-width:2}
.line.linux{stroke-dasharray:6 3}.line.linux_default{stroke-dasharray:2 3}
.line.percival{stroke:var(--percival)}.line.linux{stroke:var(--linux)}.line.linux_default{stroke:var(--linux_default)}
.mark.percival{fill:var(--percival)}.mark.linux{fill:var(--linux)}.mark.linux_default{fill:var(--linux_default)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.2rem .5rem;border-bottom:1px solid var(--rule);white-space:nowrap}
th:first-child,td:first-child{text-align:left}thead th{color:var(--soft);font-weight:600}
tbody th{font-weight:400;white-space:normal;overflow-wrap:anywhere;min-width:11rem}
pre{background:var(--panel);border:1px solid var(--rule);padding:.6rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.8rem}
dl{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.15rem 1rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
summary{cursor:pointer;padding:.15rem 0}.meetings{margin:.8rem 0}.meetings code{overflow-wrap:anywhere}
.meetings ul{margin:.2rem 0 .6rem;padding-left:1.2rem}h4{margin:.4rem 0 .1rem;font-size:.9rem}
@media (max-width:40rem){.row{grid-template-columns:minmax(40%,1fr) minmax(0,auto);row-gap:0;padding:.3rem 0}.row .track,.row .ticks{grid-column:1/-1;order:3}
.row.head .name,.row.head .figures{display:none}body{padding:.7rem}dl{grid-template-columns:1fr}dt{margin-top:.4rem}}
"""


# --- the bars of ratios ---

def place(ratio):
    """Where a ratio stands on the axis, in per cent from its left end."""
    return 50 + 50 * max(-1.0, min(1.0, math.log(ratio, SCALE)))


def bar(row):
    """The track of one benchmark: a bar from the 1.0 line, the spread over its end, Linux's default as a dotted mark."""
    ratio = row["ratio"]
    if ratio is None:
        return '<div class="track" aria-hidden="true"></div>'
    left, right = sorted((50.0, place(ratio)))
    parts = [f'<i class="bar" style="left:{left:.2f}%;width:{max(right - left, 0.4):.2f}%"></i>']
    if row["spread"]:
        low, high = place(ratio * max(1 - row["spread"], 0.01)), place(ratio * (1 + row["spread"]))
        parts.append(f'<i class="spread" style="left:{low:.2f}%;width:{high - low:.2f}%"></i>')
    default = stats.ratio(row["percival"], row["linux_default"], row["unit"])
    if default:
        parts.append(f'<i class="default" style="left:{place(default):.2f}%"></i>')
    return f'<div class="track" aria-hidden="true">{"".join(parts)}</div>'


def unit_text(row):
    return {"ns": "ns", "insn": "instr."}.get(row["unit"], row["unit"])


def bar_row(row):
    band = row["band"] or "none"
    if band == FAILED:
        figures = f'<span class="tag failed">failed</span><br><small>{escape(row.get("error", ""))}</small>'
    elif row["ratio"] is None:
        figures = f'{number(row["percival"])} <small>{unit_text(row)}</small>'
    else:
        figures = (f'<b>{plain_ratio(row["ratio"])}</b> <span class="tag {band}">{band}</span><br>'
                   f'<small>{number(row["percival"])} : {number(row["linux"] or row["linux_default"])} {unit_text(row)} '
                   f'{percent(row["spread"]) if row["spread"] is not None else ""}</small>')
    return (f'<div class="row {band}" role="listitem"><div class="name">{escape(row["name"])}</div>{bar(row)}'
            f'<div class="figures">{figures}</div></div>')


def axis():
    marks = "".join(f'<span style="left:{place(t):.1f}%">{t:g}</span>' for t in TICKS[1:-1])
    return (f'<div class="row head" aria-hidden="true"><div class="name"></div><div class="ticks">{marks}</div>'
            f'<div class="figures">ratio, ours : Linux</div></div>')


def bars(rows):
    parts = ['<p class="soft">Percival’s time divided by Linux’s, on a logarithmic axis from 0.1 to 10: a bar to the left of the '
             "line at 1.0 is faster than Linux. The thin line is the spread; the dotted mark is the ratio against "
             "Linux with its default command line.</p>",
             '<p class="legend">' + "".join(
                 f'<span><i class="key {name}"></i>{name} {text}</span>' for name, text in
                 (("faster", "≤ 0.90"), ("ok", "≤ 1.10"), ("marginal", "≤ 1.40"), ("regression", "above"))) + "</p>"]
    names = [group for group in GROUPS if any(row["group"] == group for row in rows)]
    names += sorted({row["group"] for row in rows} - set(names))
    for group in names:
        members = [row for row in rows if row["group"] == group]
        mean = stats.geometric_mean([row["ratio"] for row in members])
        note = f' <span class="soft">geometric mean {mean:.2f}</span>' if mean else ""
        parts.append(f'<h3>{escape(GROUPS.get(group, group.capitalize()))}{note}</h3>{axis()}<div role="list">'
                     + "".join(bar_row(row) for row in by_ratio(members)) + "</div>")
    return "".join(parts)


# --- the other sections ---

def cards(total, timed):
    found = []
    if total["geometric_mean"] is not None:
        found.append((f"{total['geometric_mean']:.2f}", "geometric mean of the ratios, Linux at its best"))
    if total["geometric_mean_default"] is not None:
        found.append((f"{total['geometric_mean_default']:.2f}", "geometric mean, Linux with defaults"))
    found.append((f"{total['at_or_below_0.80']} of {total['compared']}", "benchmarks at or below 0.80"))
    for name in ("faster", "ok", "marginal", "regression", FAILED):
        count = sum(row["band"] == name for row in timed)
        if count:
            found.append((str(count), f"benchmarks: {name}"))
    return '<div class="cards">' + "".join(
        f'<div class="card"><b>{escape(value)}</b><span>{escape(text)}</span></div>' for value, text in found) + "</div>"


def failures_section(failures):
    parts = []
    for failure in failures:
        what = f"{failure['kernel']}: {failure['name'] or 'boot'}: {failure['what']}"
        tail = "\n".join(failure["tail"])
        parts.append(f'<p class="bad">{escape(what)}</p>'
                     + (f"<details><summary>its log</summary><pre>{escape(tail)}</pre></details>" if tail else ""))
    return "".join(parts)


def cell(value):
    """A count with all its digits: it is exact."""
    if value is None:
        return "–"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if value >= 10000 else f"{value:,.1f}" if value >= 100 else f"{value:.2f}"


def worst_first(rows):
    """By ratio where the rows have a unit with a meaning of its own; conflicts by their number, for 0 has no ratio."""
    if any(row.get("unit") == "lines" for row in rows):
        return sorted(rows, key=lambda row: (not row.get("error"), -(row.get("percival") or 0), -(row.get("linux") or 0)))
    return by_ratio(rows)


def count_table(rows, what, beside):
    """Instructions or conflicts: the figures of the kernels, exact. beside: (title, key without the kernel's part) of columns that show both."""
    kernels = [(c, label) for c, label in SERIES if c == "percival" or any(row.get(c) is not None for row in rows)]
    beside = [(title, key) for title, key in beside if any(row.get(f"{key}_{c}") is not None for row in rows for c, _ in kernels)]
    head = "".join(f"<th scope=col>{escape(t)}</th>" for t in
                   (what, *(label for _, label in kernels), "ratio", "band", *(title for title, _ in beside)))
    body = []
    for row in worst_first(rows):
        band = row.get("band")
        body.append(f'<tr><th scope=row>{escape(row["name"])}</th>'
                    + "".join(f"<td>{cell(row.get(c))}</td>" for c, _ in kernels)
                    + f'<td>{plain_ratio(row.get("ratio"))}</td><td><span class="tag {band or ""}">{escape(band or "–")}</span>'
                    + (f' {escape(str(row["error"]))}' if row.get("error") else "") + "</td>"
                    + "".join("<td>" + " : ".join(cell(row.get(f"{key}_{c}")) for c, _ in kernels) + "</td>" for _, key in beside)
                    + "</tr>")
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(body)}</tbody></table></div>'


def count_section(data, identity, title, what, text, beside=()):
    if not data or not data["results"]:
        return ""
    mean = stats.geometric_mean([row.get("ratio") for row in data["results"]])
    note = f" Geometric mean of the ratios: <b>{mean:.2f}</b>." if mean else ""
    meta = data.get("meta", {})
    made = ", ".join(filter(None, (meta.get("date"), f"revision {meta['revision']}" if meta.get("revision") else None)))
    return (f'<h2 id="{identity}">{title}</h2><p class="soft">{text}{note}</p>' + count_table(data["results"], what, beside)
            + f'<p class="soft">{escape(made)}: <code>{escape(str(meta.get("command", "")))}</code></p>')


def meeting(line):
    """One group of lines in conflict: what lies there, and the two code places."""
    several = f'{line["lines"]} lines of ' if line.get("lines", 1) > 1 else ""
    how = "written" if line["touched_how"] == "write" else "read"
    return (f'<li><b>{line["share"]:.2f}</b> {several}<code>{escape(line["what"])}</code><br><small>written by '
            f'<code>{escape(line["written_by"])}</code>, {how} by <code>{escape(line["touched_by"])}</code></small></li>')


def meetings(data):
    """Every operation with conflicts, folded: the lines of each kernel."""
    parts = []
    for row in data["results"] if data else []:
        found = [(label, row.get(f"lines_{c}")) for c, label in SERIES if row.get(f"lines_{c}")]
        if found:
            lists = "".join(f'<h4>{escape(label)}</h4><ul>{"".join(map(meeting, lines))}</ul>' for label, lines in found)
            figures = ", ".join(f"{escape(label)} {cell(row.get(c))}" for c, label in SERIES if row.get(c) is not None)
            parts.append(f'<details><summary>{escape(row["name"])} <span class="soft">{figures}</span></summary>{lists}</details>')
    return f'<div class="meetings">{"".join(parts)}</div>' if parts else ""


def scaling_section(curves):
    if not curves:
        return ""
    parts = ['<h2 id="scaling">Scaling</h2><p class="soft">Operations per second, all together, when 1, 2, … processes or '
             "threads do the same at once: each on an object of its own (private), or all on one (shared).</p>", legend()]
    for name in dict.fromkeys(curve["name"] for curve in curves):
        charts = "".join(f'<figure>{scaling_chart(c)}<figcaption>{escape(c["mode"])}, {escape(c["objects"])}</figcaption></figure>'
                         for c in curves if c["name"] == name)
        parts.append(f'<h3>{escape(name)}</h3><div class="charts">{charts}</div>')
    return "".join(parts)


def facts(meta):
    """(what, value) of where and how it was measured."""
    yield "date", meta["date"]
    yield "command", meta["command"]
    yield "revision", meta["revision"]
    yield "host CPU", f"{meta['host_cpu']}, {meta['host_cores']} cores"
    yield "host load at the start", str(meta["host_load"])
    yield "QEMU", ", ".join(meta["qemu"]) or "unknown"
    yield "guest", (f"{meta['accelerator']}, {meta['machine']}, CPU {meta['guest_cpu']}, {meta['cpus']} CPUs, {meta['memory']}")
    yield "rounds", (f"{meta['rounds']} guests of each kernel in turn; in each {meta['rounds_inside']} rounds, calibrated to "
                     f"{meta['calibrated_to_ms']} ms, the smallest counts")
    yield "time taken", f"{meta['seconds'] / 60:.1f} minutes"
    for name, kernel in meta["kernels"].items():
        yield name, kernel["version"] or "did not boot"


def method_section(meta):
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(str(v))}</dd>" for k, v in facts(meta))
    commands = "".join(f"<h3>{escape(name)}</h3><pre>{escape(kernel['command'])}\n\n{escape(kernel['qemu'] or '')}</pre>"
                       for name, kernel in meta["kernels"].items())
    return (f'<h2 id="method">Where and how</h2><dl>{rows}</dl><p class="soft">All kernels: the same QEMU, machine, root and '
            "static program, the same number of iterations. The figure of a kernel is the median over its guests; the "
            "spread is half the distance between the quartiles of the single rounds’ ratios. Rates: the ratio is "
            f"turned round, so that below 1 is always better.</p>{commands}")


def make(data, insn, conflicts):
    """The whole page; each of the three may be None."""
    parts = []
    if data:
        timed = [row for row in data["results"] if row["unit"] != RATE]
        kernels = data["meta"]["kernels"]
        versus = next((k["version"] for n, k in kernels.items() if n.startswith("linux") and k["version"]), None)
        parts += [f'<p class="soft">{escape(data["meta"]["date"])}, revision {escape(data["meta"]["revision"])}'
                  + (f"; against {escape(versus)}" if versus else "; no Linux to compare with") + "</p>",
                  cards(data["meta"]["summary"], timed), failures_section(data["failures"])]
        if timed:
            parts += ['<h2 id="ratios">Time against Linux</h2>', bars(timed)]
        parts.append(scaling_section(data["scaling"]))
    parts.append(count_section(
        insn, "instructions", "Kernel instructions", "benchmark",
        "Guest kernel instructions per operation, counted by the emulator: the same on every machine. A REP instruction counts once; "
        "what it moved stands beside.", (("bytes by REP", "rep_bytes"), ("user instructions", "user"))))
    parts.append(count_section(
        conflicts, "conflicts", "Conflicts", "operation",
        "Cache lines that one CPU wrote and another touched while all did the same on objects of their own, per operation. "
        "An operation without any scales on any machine.",
        (("different lines", "distinct"), ("by interrupts only", "irq"), ("of user memory", "user"))))
    parts.append(meetings(conflicts))
    if data:
        parts.append(method_section(data["meta"]))
    body = "".join(parts) or "<p>Nothing measured yet: run <code>make bench</code>.</p>"
    links = "".join(f'<a href="#{i}">{t}</a>' for i, t in
                    (("ratios", "Time"), ("scaling", "Scaling"), ("instructions", "Instructions"), ("conflicts", "Conflicts"),
                     ("method", "Where and how")) if f'id="{i}"' in body)
    return ('<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">'
            f"<title>Percival against Linux</title><style>{STYLE}</style></head><body><header><h1>Percival against Linux</h1>"
            f"<nav>{links}</nav></header><main>{body}</main></body></html>\n")


def load(folder):
    """results.json, insn.json and conflicts.json of a folder; None for one that is not there."""
    return [read_json(folder / f"{name}.json") for name in ("results", "insn", "conflicts")]


def write(folder):
    """Make report.html from what is in the folder; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "report.html"
    new = path.with_name("report.html.new")
    new.write_text(make(*load(folder)))
    os.replace(new, path)
    return path
