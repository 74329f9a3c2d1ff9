"""Line charts as inline SVG: operations per second against the number of CPUs at work."""

from html import escape

WIDTH, HEIGHT = 320, 200
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 10, 34
SERIES = (("percival", "Percival"), ("linux", "Linux"), ("linux_default", "Linux default"))


def short(value):
    """At most four characters and a prefix."""
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:.3g}{letter}"
    return f"{value:.3g}"


def nice_ceiling(value):
    """The next 1, 2, 2.5 or 5 times a power of ten: where the axis ends."""
    power = 10.0 ** (len(f"{value:.0f}") - 1)
    return next((m * power for m in (1, 2, 2.5, 5, 10) if m * power >= value), value)


def scaling_chart(curve):
    """One curve of results.json: a line per kernel; the numbers are in <desc> for those who cannot see it."""
    points = sorted(curve["points"], key=lambda point: point["k"])
    values = [p[c] for p in points for c, _ in SERIES if p.get(c)]
    if not values:
        return ""
    top = nice_ceiling(max(values))
    last = max(p["k"] for p in points)

    def x(k):
        return LEFT + (WIDTH - LEFT - RIGHT) * (0.5 if last == 1 else (k - 1) / (last - 1))

    def y(value):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top

    title = f"{curve['name']}, {curve['objects']} objects, {curve['mode']}"
    said = "; ".join(f"{label}: " + ", ".join(f"{short(p[c])}/s at {p['k']}" for p in points if p.get(c))
                     for c, label in SERIES if any(p.get(c) for p in points))
    parts = [f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">',
             f"<title>{escape(title)}</title><desc>{escape(said)}</desc>"]
    for share in (0, 0.5, 1):
        level = y(top * share)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{level:.1f}" y2="{level:.1f}"/>'
                     f'<text class="tick" x="{LEFT - 6}" y="{level + 4:.1f}" text-anchor="end">{short(top * share)}</text>')
    for point in points:
        parts.append(f'<text class="tick" x="{x(point["k"]):.1f}" y="{HEIGHT - BOTTOM + 16}" '
                     f'text-anchor="middle">{point["k"]}</text>')
    parts.append(f'<text class="tick" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 3}" text-anchor="middle">at once</text>')
    for column, _ in SERIES:
        there = [(x(p["k"]), y(p[column])) for p in points if p.get(column)]
        if not there:
            continue
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in there)
        parts.append(f'<polyline class="line {column}" points="{path}"/>')
        parts += [mark(column, a, b) for a, b in there]
    return "".join(parts) + "</svg>"


def mark(column, x, y):
    """A shape of its own for each kernel: colour alone does not tell them apart."""
    if column == "percival":
        return f'<circle class="mark {column}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
    if column == "linux":
        return f'<rect class="mark {column}" x="{x - 3.2:.1f}" y="{y - 3.2:.1f}" width="6.4" height="6.4"/>'
    return f'<path class="mark {column}" d="M{x:.1f} {y - 4:.1f}l4 7h-8z"/>'


def legend():
    return '<p class="legend">' + "".join(
        f'<span><svg width="26" height="12" aria-hidden="true"><line class="line {c}" x1="0" x2="26" y1="6" y2="6"/>'
        f"{mark(c, 13, 6)}</svg> {label}</span>" for c, label in SERIES) + "</p>"
