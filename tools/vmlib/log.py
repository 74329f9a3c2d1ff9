"""The kernel's log: kept, written to a file, watched for a panic."""

import re
import sys

KEEP = 256 * 1024           # bytes of it that can be shown
TAIL_LINES = 40             # lines shown when the guest timed out

# Ours and Linux's; a time stamp or our level may stand before it.
PANIC = re.compile(rb"^(\[[^\]]*\]\s*|<\d>)*"
                   rb"(PANIC:|Kernel panic - not syncing|Oops: |.*\bOops: \S+ \[#\d+\])")


class Log:
    def __init__(self, path):
        self.file = None if path is None else sys.stderr.buffer if path == "-" else open(path, "wb")
        self.text = bytearray()
        self.line = b""             # the last one, not ended yet
        self.panic = None           # the line that announced it

    def note(self, message):
        """A line of the runner's own."""
        self.feed(f"vm: {message}\n".encode())

    def feed(self, data):
        if self.file:
            self.file.write(data)
            self.file.flush()
        self.text += data
        del self.text[:-KEEP]
        *lines, self.line = (self.line + data).split(b"\n")
        for line in lines:
            if self.panic is None and PANIC.match(line):
                self.panic = line.decode(errors="replace").strip()

    def show(self, lines=None):
        """Print it, or its last lines, on standard error."""
        text = self.text.decode(errors="replace").replace("\r", "").splitlines()
        for line in text if lines is None else text[-lines:]:
            sys.stderr.write(f"  | {line}\n")
        sys.stderr.flush()
