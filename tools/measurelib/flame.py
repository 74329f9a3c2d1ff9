"""Folded call chains as an SVG flame graph: width is instructions; one self-contained file.

Hover for a frame's name and share; click a frame to make it as wide as the page, the lowest one to go back.
"""

import html
import zlib

WIDTH, ROW, LEFT, TOP = 1200, 18, 10, 44
LETTER = 6.6                # width of a letter at 11 px, about
THINNEST = 0.3              # pixels; what is narrower is not drawn

STYLE = ("rect{stroke:#fff;stroke-width:.4}g:hover rect{stroke:#000;stroke-width:1}g{cursor:pointer}"
         "text{font:11px system-ui,sans-serif;fill:#111;pointer-events:none}.head{font-size:15px}")
SCRIPT = """
const frames = [...document.querySelectorAll('g')];
function zoom(x, w) {
  for (const g of frames) {
    const from = (g.dataset.x - x) / w, wide = g.dataset.w / w, r = g.firstElementChild.nextElementSibling, t = g.lastElementChild;
    const left = Math.max(from, 0), right = Math.min(from + wide, 1);
    g.style.display = right - left > 1e-6 ? '' : 'none';
    const px = LEFT + left * SPAN, pw = Math.max((right - left) * SPAN - .5, .3);
    r.setAttribute('x', px); r.setAttribute('width', pw); t.setAttribute('x', px + 3);
    const room = Math.floor((pw - 6) / LETTER), name = g.dataset.n;
    t.textContent = room < 2 ? '' : name.length <= room ? name : name.slice(0, room - 1) + '…';
  }
}
for (const g of frames) g.onclick = () => zoom(+g.dataset.x, +g.dataset.w);
"""


class Frame:
    def __init__(self, name):
        self.name, self.total, self.children = name, 0.0, {}


def tree(chains):
    root = Frame("all")
    for chain, n in chains.items():
        frame = root
        frame.total += n
        for name in chain.split(";"):
            frame = frame.children.setdefault(name, Frame(name))
            frame.total += n
    return root


def depth(frame):
    return 1 + max(map(depth, frame.children.values()), default=0)


def colour(name):
    """Blue for user mode, warm for the kernel; the shade tells neighbours apart."""
    mixed = zlib.crc32(name.encode())
    if name.endswith("(user)"):
        return f"hsl({200 + mixed % 30},55%,{70 + mixed // 64 % 12}%)"
    return f"hsl({12 + mixed % 36},{70 + mixed // 64 % 20}%,{64 + mixed // 4096 % 12}%)"


def boxes(frame, start, level, base, root, out):
    share, span = frame.total / root.total, WIDTH - 2 * LEFT
    if share * span < THINNEST:
        return
    said = f"{frame.name}: {frame.total:,.0f} instructions, {100 * share:.1f} %"
    x, wide = LEFT + start / root.total * span, max(share * span - 0.5, 0.3)
    room = int((wide - 6) / LETTER)
    shown = "" if room < 2 else frame.name if len(frame.name) <= room else frame.name[:room - 1] + "…"
    y = base - level * ROW
    out.append(f'<g data-x="{start / root.total:.7f}" data-w="{share:.7f}" data-n="{html.escape(frame.name)}">'
               f'<title>{html.escape(said)}</title>'
               f'<rect x="{x:.2f}" y="{y}" width="{wide:.2f}" height="{ROW - 1}" rx="2" fill="{colour(frame.name)}"/>'
               f'<text x="{x + 3:.2f}" y="{y + 13}">{html.escape(shown)}</text></g>')
    for name in sorted(frame.children):
        child = frame.children[name]
        boxes(child, start, level + 1, base, root, out)
        start += child.total


def draw(title, chains):
    root, out = tree(chains), []
    base = TOP + (depth(root) - 1) * ROW
    if root.total:
        boxes(root, 0.0, 0, base, root, out)
    height = base + ROW + 12
    script = SCRIPT.replace("LETTER", str(LETTER)).replace("LEFT", str(LEFT)).replace("SPAN", str(WIDTH - 2 * LEFT))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
            f'<style>{STYLE}</style><rect width="100%" height="100%" fill="#fff"/>'
            f'<text class="head" x="{LEFT}" y="26">{html.escape(title)}</text>\n' + "\n".join(out)
            + f"\n<script><![CDATA[{script}]]></script></svg>\n")
