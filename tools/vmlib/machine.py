"""The virtual machine: which kernel, which QEMU command line, its process.

COM1 is the kernel's console and becomes the log; COM2 carries the session.
Both, and QEMU's control channel, are socket pairs made here: they close when
QEMU ends, and QEMU is killed by the host when the runner ends, however it ends.
"""

import contextlib
import ctypes
import json
import os
import pathlib
import shlex
import shutil
import signal
import socket
import subprocess

from . import root
from .common import BUILD, ROOT, Fail, cached, relative, run_quietly, warn

QEMU = "qemu-system-x86_64"
GDB_PORT = 1234
PR_SET_PDEATHSIG = 1

INIT_OPTIONS = f"rdinit=/{root.INIT_PATH} session=ttyS1"
# no5lvl: the user's half of four levels of tables, as on most machines and on Percival; walks are shorter, too.
LINUX_FAST = ("nokaslr no5lvl mitigations=off randomize_kstack_offset=off init_on_alloc=0 "
              "init_on_free=0 audit=0 apparmor=0 lsm=")
COMMAND_LINES = {
    "percival": "console=ttyS0",
    "linux": f"console=ttyS0 quiet panic=-1 oops=panic {LINUX_FAST}",
    "linux-default": "console=ttyS0 quiet panic=-1 oops=panic",
}


class Kernel:
    """A kernel image: its path and kind (a key of COMMAND_LINES)."""

    def __init__(self, path, kind):
        self.path = path
        self.kind = kind


def is_linux(path):
    """True for a bzImage, by its signature."""
    with open(path, "rb") as image:
        return image.read(0x206)[0x202:] == b"HdrS"


def kernel_find(name, build):
    """The Kernel for --kernel NAME."""
    if name == "percival":
        path = BUILD / build / "percival"
        if not path.exists():
            raise Fail(f"the kernel is not built: no {relative(path)} (run `make`)")
        return Kernel(path, "percival")
    if name in ("linux", "linux-default"):
        return Kernel(linux_fetch(), name)
    path = pathlib.Path(name)
    if not path.is_file():
        raise Fail(f"no such kernel: {name}")
    return Kernel(path, "linux" if is_linux(path) else "percival")


def linux_fetch():
    """The path of the reference kernel, fetched if it is not there yet."""
    folder = pathlib.Path(os.environ.get("PERCIVAL_LINUX", BUILD / "linux"))
    if not (folder / "vmlinuz").exists():
        run_quietly([str(ROOT / "tools" / "fetch-linux")], "fetching Linux")
    return folder / "vmlinuz"


def kvm_usable():
    """True only where KVM has hardware behind it: else it interprets."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as info:
            flags = next((line for line in info if line.startswith("flags")), "").split()
    except OSError:
        return False
    return bool({"vmx", "svm"} & set(flags)) and os.access("/dev/kvm", os.R_OK | os.W_OK)


def accel_choose(options):
    """kvm or tcg, from what the user asked for and what the host has."""
    if options.icount:
        if options.accel == "kvm":
            raise Fail("--icount needs --accel tcg")
        return "tcg"
    if options.accel == "kvm" and not os.access("/dev/kvm", os.R_OK | os.W_OK):
        raise Fail("--accel kvm: no access to /dev/kvm")
    if options.accel != "auto":
        return options.accel
    return "kvm" if kvm_usable() else "tcg"


def accel_args(options, accel):
    """QEMU's options for the accelerator; --icount repeats to the instruction."""
    if options.icount:
        return ["-accel", "tcg,thread=single", "-icount", "shift=0,align=off,sleep=off",
                "-rtc", "base=2024-01-01T00:00:00,clock=vm", "-seed", "1"]
    return ["-accel", "tcg,thread=multi" if accel == "tcg" else "kvm"]


def command_line(options, kernel):
    """The kernel's command line; --append before what init needs."""
    words = [COMMAND_LINES[kernel.kind], *options.append]
    if options.initrd is None:
        words.append(INIT_OPTIONS)
    return " ".join(words)


def boot_args(options, kernel):
    """QEMU's options for what boots: kernel and root, or the ISO with both."""
    image = options.initrd or root.image(options.root)
    line = command_line(options, kernel)
    if not options.iso:
        none = ["-kernel", str(kernel.path), "-append", line]
        return none if image == "none" else none + ["-initrd", str(image)]
    if options.machine == "microvm":
        raise Fail("--iso: a microvm has no CD-ROM drive")
    return ["-boot", "d", "-cdrom", str(iso_find(options, kernel, image, line))]


def iso_find(options, kernel, image, line):
    """The ISO that `make iso` made if it says the same, else one of our own."""
    made = kernel.path.with_suffix(".iso")
    plain = options.root is None and options.initrd is None and not options.append
    if plain and kernel.kind == "percival" and made.exists():
        return made
    key = root.digest([root.stat_key(kernel.path), root.stat_key(image), line.encode()])
    mkiso = str(ROOT / "tools" / "mkiso")
    return cached("iso", key, ".iso", lambda path: run_quietly(
        [mkiso, str(kernel.path), str(image), line, str(path)], "making the ISO"))


def qemu_args(options, kernel, accel, fds):
    """The whole command line; fds are QEMU's ends of the socket pairs."""
    cpu = options.cpu or ("host" if accel == "kvm" else "max")
    args = [QEMU, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-M", options.machine, *accel_args(options, accel), "-cpu", cpu,
            "-smp", str(options.cpus), "-m", options.mem]
    for name, fd in fds.items():
        args += ["-chardev", f"socket,id={name},fd={fd}"]
    # A microvm has one serial port of its own and takes the other as a device.
    args += ["-serial", "chardev:log", "-device", "isa-serial,chardev=line,index=1",
             "-mon", "chardev=control,mode=control"]
    if options.gdb:
        args += ["-gdb", f"tcp::{GDB_PORT}", "-S"]
    return args + boot_args(options, kernel) + options.qemu_arg


def die_with(parent):
    """A hook for the child before exec: the host kills it when `parent` is gone."""
    prctl = ctypes.CDLL(None).prctl

    def hook():
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:      # gone before the line above
            os._exit(1)
    return hook


class Machine:
    """A running QEMU; `log`, `line` and `control` are our ends of its sockets."""

    def __init__(self, options, kernel):
        self.accel = accel_choose(options)
        self.has_plugin = "-plugin" in options.qemu_arg
        self.description = (f"{self.accel}{' icount' if options.icount else ''}, "
                            f"{options.machine}, {options.cpus} CPUs, {options.mem}")
        if shutil.which(QEMU) is None:
            raise Fail(f"{QEMU} is missing (tools/setup run installs it)")
        pairs = {name: socket.socketpair() for name in ("log", "line", "control")}
        fds = {name: theirs.fileno() for name, (_, theirs) in pairs.items()}
        args = qemu_args(options, kernel, self.accel, fds)
        if options.verbose:
            warn(shlex.join(args))
        self.process = subprocess.Popen(
            args, pass_fds=list(fds.values()), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
            preexec_fn=die_with(os.getpid()))
        for _, theirs in pairs.values():
            theirs.close()
        self.log, self.line, self.control = (pairs[name][0] for name in fds)
        for ours in (self.log, self.line, self.control):
            ours.setblocking(False)
        self.control.send(b'{"execute": "qmp_capabilities"}\n')

    def kill(self):
        """End QEMU: at once, or in order when a plugin is loaded that reports at its end."""
        if self.process.poll() is None and self.has_plugin:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=5)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def complaint(self):
        """What QEMU said on standard error, as one line."""
        text = self.process.stderr.read().decode(errors="replace")
        lines = [line for line in text.splitlines() if "warning:" not in line]
        return lines[-1].strip() if lines else ""

    def shutdown_reason(self):
        """Why QEMU says that the guest ended; None if it did not say."""
        reason = None
        for line in read_rest(self.control).splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if event.get("event") == "SHUTDOWN":
                reason = event["data"]["reason"]
        return reason


def read_rest(sock):
    """All that a non-blocking socket still holds."""
    parts = []
    try:
        while data := sock.recv(65536):
            parts.append(data)
    except OSError:
        pass
    return b"".join(parts)
