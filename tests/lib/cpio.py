"""Writes cpio archives (newc), byte for byte the same for the same content.

Owner is root and the time is fixed whatever the host's files say, so that a
guest's root does not depend on who built it or when.
"""

import stat

MTIME = 1700000000


class Archive:
    """Collects entries; parents are made as needed. bytes() gives the archive."""

    def __init__(self):
        self._parts = []
        self._seen = set()
        self._ino = 1

    def dir(self, path, mode=0o755):
        path = path.strip("/")
        if path in self._seen:
            return
        self._parents(path)
        self._add(path, stat.S_IFDIR | mode, b"")

    def file(self, path, data, mode=0o644):
        if isinstance(data, str):
            data = data.encode()
        self._parents(path)
        self._add(path, stat.S_IFREG | mode, data)

    def link(self, path, target):
        self._parents(path)
        self._add(path, stat.S_IFLNK | 0o777, target.encode())

    def node(self, path, kind, major, minor, mode=0o600):
        self._parents(path)
        self._add(path, kind | mode, b"", major, minor)

    def bytes(self):
        end = self._entry("TRAILER!!!", 0, b"", 0, 0, 0)
        return b"".join(self._parts) + end

    def _parents(self, path):
        parent = path.strip("/").rpartition("/")[0]
        if parent:
            self.dir(parent)

    def _add(self, path, mode, data, major=0, minor=0):
        path = path.strip("/")
        self._seen.add(path)
        self._ino += 1
        self._parts.append(self._entry(path, mode, data, self._ino, major, minor))

    @staticmethod
    def _entry(name, mode, data, ino, major, minor):
        raw = name.encode() + b"\0"
        links = 2 if stat.S_ISDIR(mode) else 1
        head = b"070701" + b"".join(b"%08X" % v for v in (
            ino, mode, 0, 0, links, MTIME, len(data), 0, 0, major, minor,
            len(raw), 0))
        out = head + raw
        out += b"\0" * (-len(out) % 4) + data
        return out + b"\0" * (-len(out) % 4)
