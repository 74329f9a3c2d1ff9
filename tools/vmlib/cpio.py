"""cpio archives in the "newc" format, as the kernel unpacks them at boot.

An archive is a list of Entry.  The same entries give the same bytes: names
are sorted, inode numbers count from 1, devices of the host do not appear.
"""

import os
import stat

NEWC_MAGIC = b"070701"
TRAILER = "TRAILER!!!"


class Entry:
    """One file: data for a regular one, target for a symlink, rdev for a device.

    Entries with the same `link` key (not None) are names of one inode; their
    data may be given with any of them.
    """

    def __init__(self, name, mode, data=b"", uid=0, gid=0, mtime=0, rdev=(0, 0), link=None):
        self.name = name
        self.mode = mode
        self.data = data            # bytes, or a path to read them from
        self.uid = uid
        self.gid = gid
        self.mtime = mtime
        self.rdev = rdev
        self.link = link

    def read(self):
        if isinstance(self.data, bytes):
            return self.data
        with open(self.data, "rb") as source:
            return source.read()


def directory(name, mode=0o755, **more):
    return Entry(name, stat.S_IFDIR | mode, **more)


def regular(name, data, mode=0o644, **more):
    return Entry(name, stat.S_IFREG | mode, data=data, **more)


def symlink(name, target, **more):
    return Entry(name, stat.S_IFLNK | 0o777, data=os.fsencode(target), **more)


def device(name, kind, major, minor, mode=0o600, **more):
    return Entry(name, kind | mode, rdev=(major, minor), **more)


def scan(folder):
    """Yield an Entry for everything below folder, and "." for the folder."""
    folder = os.fspath(folder)
    yield from_stat(".", folder, os.stat(folder))
    stack = [""]
    while stack:
        inside = stack.pop()
        with os.scandir(os.path.join(folder, inside)) as found:
            for item in found:
                name = os.path.join(inside, item.name)
                status = item.stat(follow_symlinks=False)
                if stat.S_ISSOCK(status.st_mode):
                    continue
                yield from_stat(name, item.path, status)
                if stat.S_ISDIR(status.st_mode):
                    stack.append(name)


def from_stat(name, path, status):
    """The entry of a file on the host; a regular file is not read yet."""
    entry = Entry(name, status.st_mode, uid=status.st_uid, gid=status.st_gid,
                  mtime=max(0, int(status.st_mtime)))
    if stat.S_ISREG(status.st_mode):
        entry.data = path
        if status.st_nlink > 1:
            entry.link = (status.st_dev, status.st_ino)
    elif stat.S_ISLNK(status.st_mode):
        entry.data = os.fsencode(os.readlink(path))
    elif stat.S_ISCHR(status.st_mode) or stat.S_ISBLK(status.st_mode):
        entry.rdev = (os.major(status.st_rdev), os.minor(status.st_rdev))
    return entry


def pad4(length):
    return b"\0" * (-length % 4)


def header(entry, name, ino, nlink, size):
    fields = (ino, entry.mode, entry.uid, entry.gid, nlink, entry.mtime & 0xFFFFFFFF, size,
              0, 0, *entry.rdev, len(name) + 1, 0)
    return NEWC_MAGIC + b"".join(b"%08X" % field for field in fields)


def record(entry, ino, nlink, data):
    """The bytes of one entry: header, name, data, each padded to 4."""
    name = os.fsencode(entry.name)
    head = header(entry, name, ino, nlink, len(data)) + name + b"\0"
    return b"".join((head, pad4(len(head)), data, pad4(len(data))))


def write(entries, out):
    """Write the archive to the binary file `out`.

    As GNU cpio does it, the data of an inode with several names comes with
    the last of them.
    """
    entries = sorted(entries, key=lambda entry: os.fsencode(entry.name))
    last_name = {entry.link: entry for entry in entries if entry.link is not None}
    links = {}
    for entry in entries:
        if entry.link is not None:
            links[entry.link] = links.get(entry.link, 0) + 1
    inodes = {}
    for entry in entries:
        key = entry.link if entry.link is not None else ("name", entry.name)
        ino = inodes.setdefault(key, len(inodes) + 1)
        nlink = links.get(entry.link, 2 if stat.S_ISDIR(entry.mode) else 1)
        data = entry.read() if last_name.get(entry.link, entry) is entry else b""
        out.write(record(entry, ino, nlink, data))
    end = record(Entry(TRAILER, 0), 0, 1, b"")
    out.write(end)
