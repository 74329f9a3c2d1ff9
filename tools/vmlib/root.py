"""Root file systems: a folder, a cpio archive or BusyBox, with init brought along.

Of two entries with one name the root's own wins over ours (the console's node,
the mount points).  A cpio archive is not opened: it follows an archive of ours,
as the format allows, so a broken one reaches the kernel as it is.
"""

import contextlib
import hashlib
import os
import shutil
import stat
import subprocess

from . import cpio
from .common import BUILD, ROOT, Fail, cached, relative, run_quietly

INIT = BUILD / "user" / "init"
INIT_PATH = ".percival/init"
RUN_PATH = ".percival/run"
BUSYBOX = "/bin/busybox"
STAMP = 1700000000          # mtime of the files that we make up
FORMAT = b"root-1"          # part of every cache key: change it with this code

DEFAULT_FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n"
                  "daemon:x:1:1:daemon:/usr/sbin:/bin/false\n"
                  "nobody:x:65534:65534:nobody:/nonexistent:/bin/false\n",
    "etc/group": "root:x:0:\ndaemon:x:1:\ntty:x:5:\nusers:x:100:\nnogroup:x:65534:\n",
    "etc/hostname": "percival\n",
    "etc/hosts": "127.0.0.1 localhost percival\n",
    "etc/shells": "/bin/sh\n",
    "etc/profile": "export PS1='\\u@\\h:\\w\\$ '\n",
}
DEFAULT_FOLDERS = ("bin", "etc", "home", "lib", "mnt", "opt", "run", "sbin", "usr", "usr/bin",
                   "usr/sbin", "var", "var/log", "var/run", "var/tmp")
MOUNT_POINTS = ("dev", "proc", "sys", "tmp")


def init_build():
    """Bring build/user/init up to date; a look at the times is all it mostly takes."""
    sources = [path.stat().st_mtime for path in (ROOT / "user" / "init").glob("*.[ch]")]
    if not INIT.exists() or INIT.stat().st_mtime < max(sources, default=0):
        run_quietly(["make", "-s", "-f", "mk/run.mk", "init", f"INIT_BUILD={BUILD}"], "building init")


def own_entries(request=None):
    """What every image starts with; request is for images without a runner."""
    for name in MOUNT_POINTS:
        yield cpio.directory(name, 0o1777 if name == "tmp" else 0o755, mtime=STAMP)
    yield cpio.directory(".percival", 0o700, mtime=STAMP)
    yield cpio.regular(INIT_PATH, str(INIT), 0o755, mtime=STAMP)
    yield cpio.device("dev/console", stat.S_IFCHR, 5, 1, mtime=STAMP)
    yield cpio.device("dev/ttyS1", stat.S_IFCHR, 4, 65, mtime=STAMP)
    yield cpio.device("dev/null", stat.S_IFCHR, 1, 3, 0o666, mtime=STAMP)
    if request is not None:
        yield cpio.regular(RUN_PATH, request, 0o600, mtime=STAMP)


def busybox_path():
    if not os.access(BUSYBOX, os.X_OK):
        raise Fail(f"{BUSYBOX} is missing: no default root (tools/setup run installs busybox-static)")
    return BUSYBOX


def default_entries():
    """BusyBox with a link for each applet, and the few files it reads."""
    busybox = busybox_path()
    listing = subprocess.run([busybox, "--list-full"], stdout=subprocess.PIPE, check=True).stdout
    for name in DEFAULT_FOLDERS:
        yield cpio.directory(name, 0o1777 if name == "var/tmp" else 0o755, mtime=STAMP)
    yield cpio.directory("root", 0o700, mtime=STAMP)
    yield cpio.regular("bin/busybox", busybox, 0o755, mtime=STAMP)
    for name in listing.decode().split():
        if name not in ("bin/busybox", "linuxrc"):
            yield cpio.symlink(name, "/bin/busybox", mtime=STAMP)
    for name, text in DEFAULT_FILES.items():
        yield cpio.regular(name, text.encode(), mtime=STAMP)


def stat_key(path):
    """What changes whenever the file does; cheaper than reading it."""
    status = os.lstat(path)
    return b"%d %d %d %d %d " % (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns,
                                 status.st_ctime_ns)


def folder_parts(folder):
    """A whole folder as the metadata of what is in it."""
    parts = []
    for parent, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(parent, name)
            parts.append(os.fsencode(path) + b"\0" + stat_key(path))
    return [stat_key(folder), *sorted(parts)]


def digest(parts):
    """A short name for these bytes."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:20]


def merge(entries, request=None):
    """One list of what is ours and what is the root's."""
    by_name = {entry.name: entry for entry in own_entries(request)}
    by_name.update((entry.name, entry) for entry in entries if entry.name != INIT_PATH)
    return by_name.values()


def write_image(path, source, request=None):
    """Write the initramfs for --root `source` to path."""
    with open(path, "wb") as out:
        if source is None:
            cpio.write(merge(default_entries(), request), out)
        elif os.path.isdir(source):
            cpio.write(merge(cpio.scan(source), request), out)
        else:
            cpio.write(own_entries(request), out)
            with open(source, "rb") as archive:
                shutil.copyfileobj(archive, out)


def image_key(source):
    parts = [FORMAT, stat_key(INIT)]
    if source is None:
        parts += [stat_key(busybox_path()), repr(DEFAULT_FILES).encode()]
    elif os.path.isdir(source):
        parts += folder_parts(source)
    else:
        parts.append(stat_key(source))
    return digest(parts)


@contextlib.contextmanager
def reading(source):
    """What goes wrong while the root is read is the user's business."""
    try:
        yield
    except OSError as error:
        raise Fail(f"cannot read the root: {error.filename}: {error.strerror}") from None


def check(source):
    if source is not None and not os.path.exists(source):
        raise Fail(f"no such root: {relative(source)}")


def image(source):
    """The path of the initramfs for --root `source` (None: the default root)."""
    check(source)
    init_build()
    with reading(source):
        return cached("root", image_key(source), ".cpio",
                      lambda path: write_image(path, source))
