"""The command line of tools/vm."""

import argparse
import os
import sys

from . import protocol as p
from . import terminal
from .common import Fail

DESCRIPTION = """\
Run CMD in a guest: standard input, output and error are the command's own, and
so is the exit status (128+n after signal n).  Without CMD: an interactive shell
(Ctrl-] ends the guest); if standard input is no terminal, a shell that reads
its commands from there."""

EPILOG = """\
exit status: the command's; 124 after --timeout, 125 when the guest panics or
resets, 126 or 127 when the command cannot be run, 2 for an error of the runner."""


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Fail(f"{message} (see tools/vm --help)")


def positive(text):
    value = int(text)
    if value < 1:
        raise ValueError
    return value


def parser():
    own = Parser(prog="tools/vm", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False,
                 formatter_class=argparse.RawDescriptionHelpFormatter,
                 usage="tools/vm [OPTION...] [-- CMD ARG...]")
    add = own.add_argument
    add("--cpus", type=positive, default=4, metavar="N", help="virtual CPUs (4)")
    add("--mem", default="512M", metavar="SIZE", help="memory (512M)")
    add("--accel", choices=("auto", "kvm", "tcg"), default="auto",
        help="auto takes kvm only where the CPU has vmx or svm")
    add("--machine", choices=("q35", "pc", "microvm"), default="q35", help="machine type (q35)")
    add("--cpu", metavar="MODEL", help="CPU model (max; host with kvm)")
    add("--kernel", default="percival", metavar="percival|linux|linux-default|PATH",
        help="linux: Debian's 6.12 cloud kernel tuned for speed; linux-default: as it comes")
    add("--build", default="gcc", metavar="NAME",
        help="which percival, below build/: gcc, clang, gcc-debug, ... (gcc)")
    add("--iso", action="store_true", help="boot by SeaBIOS and GRUB from an ISO")
    add("--root", metavar="DIR|FILE.cpio", help="root file system (BusyBox)")
    add("--initrd", metavar="FILE|none", help="this initramfs as it is, without our init")
    add("--env", action="append", default=[], metavar="K=V", help="environment of the command")
    add("--cwd", metavar="DIR", help="directory to start in (/; shells: /root)")
    add("--append", action="append", default=[], metavar="ARGS", help="more kernel options")
    add("--tty", action="store_true", help="run the command on a terminal")
    add("--terminal", choices=("pty", "serial"), default="pty", dest="terminal_kind",
        help="serial: the terminal is the guest's serial line itself (pty)")
    add("--icount", action="store_true", help="count instructions: runs repeat exactly")
    add("--timeout", type=float, metavar="S", help="end the guest after S seconds")
    add("--gdb", action="store_true", help="wait for gdb before the first instruction")
    add("--log", metavar="FILE", help="the kernel's log (-: standard error)")
    add("--timing", action="store_true", help="print the time from QEMU's start to init")
    add("--memory-stats", action="store_true", help="print the guest's memory after boot")
    add("--quiet", action="store_true", help="do not say which accelerator is used")
    add("--verbose", action="store_true", help="print QEMU's command line")
    add("--qemu-arg", action="append", default=[], metavar="ARG", help="one more word for QEMU")
    return own


def parse(argv):
    """Options with `command`, `terminal` (None, "pty", "serial") and `request`."""
    split = argv.index("--") if "--" in argv else len(argv)
    options = parser().parse_args(argv[:split])
    options.command = argv[split + 1:]
    if split < len(argv) and not options.command:
        raise Fail("no command after -- (see tools/vm --help)")
    for setting in options.env:
        if "=" not in setting[1:]:
            raise Fail(f"--env {setting}: not of the form NAME=VALUE")
    if options.initrd not in (None, "none") and not os.path.isfile(options.initrd):
        raise Fail(f"no such initramfs: {options.initrd}")
    interactive = options.tty or (not options.command and os.isatty(0))
    options.terminal = options.terminal_kind if interactive else None
    options.request = p.request(request_items(options))
    if len(options.request) > p.REQUEST_MAX:
        raise Fail(f"command and environment are longer than {p.REQUEST_MAX} bytes")
    return options


def request_items(options):
    """(key, value) of all that init is to know about the command."""
    command = options.command or (["/bin/sh", "-l"] if options.terminal else ["/bin/sh"])
    for word in command:
        yield p.REQ_ARG, os.fsencode(word)
    for setting in options.env:
        yield p.REQ_ENV, os.fsencode(setting)
    if options.cwd or not options.command:
        yield p.REQ_CWD, os.fsencode(options.cwd or "/root")
    if options.memory_stats:
        yield p.REQ_MEMINFO, b""
    if options.terminal:
        yield p.REQ_TERMINAL, options.terminal.encode()
        yield p.REQ_ENV, b"TERM=" + os.fsencode(os.environ.get("TERM", "linux"))
        yield p.REQ_SIZE, b"%d %d" % (terminal.size(0) or (24, 80))


def is_interactive(options):
    return options.terminal is not None and sys.stderr.isatty()
